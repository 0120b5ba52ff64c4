import json
import logging

import pytest

from main import JsonFormatter, Memory, Service, get_logger


def test_file(tmp_path):
    p = tmp_path / "log.jsonl"
    lg = get_logger("file-test", p, logging.DEBUG)
    assert lg.name == "file-test" and lg.level == logging.DEBUG
    assert len(lg.handlers) == 1
    assert get_logger("file-test", p) is lg
    assert len(lg.handlers) == 1
    Service(lg).divide(1, 0)
    lines = [json.loads(l) for l in p.read_text().splitlines()]
    assert [l["level"] for l in lines] == ["DEBUG", "ERROR"] or [l["level"] for l in lines] == ["ERROR"]
    assert lines[-1] == {"level": "ERROR", "msg": "division failed", "logger": "file-test", "error": "ZeroDivisionError", "user": "root"}


def test_caplog(caplog):
    caplog.set_level(logging.DEBUG)
    assert Service().divide(6, 3) == 2
    assert caplog.record_tuples == [("main.Service", 10, "dividing 6 by 3")]
    caplog.clear()
    assert Service().divide(1, 0) is None
    rec = caplog.records[-1]
    assert rec.user == "root" and rec.exc_info[0] is ZeroDivisionError
    assert "Traceback" in caplog.text


def test_formatter():
    r = logging.LogRecord("n", logging.WARNING, "f.py", 3, "hi %s", ("x",), None)
    assert json.loads(JsonFormatter().format(r)) == {"level": "WARNING", "msg": "hi x", "logger": "n"}


def test_handler():
    lg = logging.getLogger("mem-test")
    lg.propagate = False
    m = Memory()
    m.setFormatter(logging.Formatter("%(levelname)s:%(message)s"))
    lg.addHandler(m)
    try:
        lg.info("no")
        lg.warning("yes %d", 1)
    finally:
        lg.removeHandler(m)
    assert m.lines == ["WARNING:yes 1"]


def test_mock_logger():
    from unittest.mock import Mock
    m = Mock(spec=logging.Logger)
    Service(m).divide(4, 2)
    m.debug.assert_called_once_with("dividing %s by %s", 4, 2)
    m.error.assert_not_called()
