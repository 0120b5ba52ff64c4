import contextlib

from main import Log


def test_failure_is_logged():
    log = Log()
    with contextlib.suppress(ZeroDivisionError):
        log.run(lambda: 1 / 0)
    assert log.lines == ["failed: division by zero"]


def test_result():
    log = Log()
    assert log.run(lambda: 4) == 4
    assert not log.lines
