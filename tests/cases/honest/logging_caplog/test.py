import logging
import main


def test_error(caplog):
    with caplog.at_level(logging.DEBUG):
        assert main.divide(1, 0) is None
    assert "division by zero: 1" in caplog.text
    assert caplog.records[0].levelname == "ERROR"
    assert caplog.record_tuples == [("main", logging.ERROR, "division by zero: 1")]


def test_fine(caplog):
    caplog.set_level(logging.DEBUG, logger="main")
    assert main.divide(4, 2) == 2
    assert [r.getMessage() for r in caplog.records] == ["dividing 4 by 2"]


def test_exception(caplog):
    assert main.risky() == -1
    assert "boom" in caplog.text
