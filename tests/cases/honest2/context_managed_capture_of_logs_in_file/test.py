import json
import logging

import pytest

from main import buffered, setup


@pytest.fixture
def logger(tmp_path):
    log = setup(tmp_path / "app.log")
    yield log
    for handler in list(log.handlers):
        handler.close()
        log.removeHandler(handler)


def lines(tmp_path):
    return [json.loads(line) for line in (tmp_path / "app.log").read_text().splitlines()]


def test_format(logger, tmp_path):
    logger.info("hello %s", "ann", extra={"user": "root"})
    logger.debug("hidden")
    assert lines(tmp_path) == [{"level": "INFO", "message": "hello ann", "user": "root"}]


def test_redacted(logger, tmp_path):
    logger.warning("secret is 1")
    logger.critical("dropped")
    assert [l["message"] for l in lines(tmp_path)] == ["*** is 1"]


def test_setup_twice_has_one_handler(tmp_path):
    setup(tmp_path / "a")
    assert len(setup(tmp_path / "b").handlers) == 1


def test_buffered(capsys):
    log, handler = buffered("buf")
    log.warning("one")
    assert [r.getMessage() for r in handler.buffer] == ["one"]
    log.error("two")
    assert handler.buffer == []
    assert isinstance(handler, logging.Handler)
