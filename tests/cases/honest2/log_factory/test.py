import io
import logging

from main import get_logger


def test_format():
    out = io.StringIO()
    log = get_logger("one", handler=logging.StreamHandler(out))
    log.info("hello %s", "you")
    log.debug("hidden")
    assert out.getvalue() == "INFO|app.one|hello you\n"


def test_same():
    assert get_logger("two") is get_logger("two")
    assert len(get_logger("two").handlers) == 1
    assert get_logger("two") is logging.getLogger("app.two")


def test_level():
    log = get_logger("three", "DEBUG")
    assert log.level == logging.DEBUG
    assert log.isEnabledFor(logging.DEBUG) and not log.propagate
