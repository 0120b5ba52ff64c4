import logging
import pytest
import main
def test_log(caplog):
    with caplog.at_level(logging.DEBUG, logger="main"):
        main.process([1, -1, 2])
    assert "skipping -1" in caplog.text
    assert [r.levelname for r in caplog.records] == ["DEBUG", "WARNING", "DEBUG"]
    assert caplog.record_tuples[1] == ("main", logging.WARNING, "skipping -1")
def test_quiet(caplog):
    caplog.set_level(logging.ERROR)
    assert main.process([1]) == 1
    assert not caplog.records
