import logging

import pytest

from main import retry


class Flaky:
    def __init__(self, fails):
        self.fails = fails
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.fails:
            raise ConnectionError(f"no {self.calls}")
        return "ok"


def test_works_at_last(caplog):
    flaky = Flaky(2)
    with caplog.at_level(logging.DEBUG):
        assert retry(flaky) == "ok"
    assert [r.levelname for r in caplog.records] == ["WARNING", "WARNING", "DEBUG"]
    assert caplog.messages[1] == "attempt 2 failed: no 2"
    assert caplog.records[0].attempt == 1
    assert flaky.calls == 3


def test_gives_up(caplog):
    with pytest.raises(TimeoutError):
        retry(Flaky(9), times=2)
    assert "gave up after 2 attempts" in caplog.text
    assert ("main", logging.ERROR, "gave up after 2 attempts") in caplog.record_tuples


def test_others_pass_through():
    def bad():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        retry(bad)
