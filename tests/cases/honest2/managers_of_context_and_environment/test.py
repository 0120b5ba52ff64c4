import os
from contextlib import contextmanager

import pytest

from main import Transaction, environ, open_all, timer


def test_commit():
    store = {"a": 1}
    with Transaction(store) as t:
        t["b"] = 2
        assert store == {"a": 1}
    assert store == {"a": 1, "b": 2}


def test_rollback():
    store = {}
    with pytest.raises(ValueError, match="bad"):
        with Transaction(store) as t:
            t["x"] = 1
            raise ValueError("bad")
    assert store == {}


def test_swallows_lookup():
    store = {}
    with Transaction(store) as t:
        t["x"] = 1
        raise KeyError("x")
    assert store == {}


def test_environ():
    os.environ["HAVE"] = "before"
    with environ(HAVE="after", NEW=3) as env:
        assert os.environ["HAVE"] == "after"
        assert env["NEW"] == "3"
    assert os.environ["HAVE"] == "before"
    assert "NEW" not in os.environ


def test_open_all():
    log = []

    @contextmanager
    def res(name, fail=False):
        if fail:
            raise OSError(name)
        log.append("open " + name)
        yield name
        log.append("close " + name)

    opened, close = open_all([lambda: res("a"), lambda: res("b")])
    assert opened == ["a", "b"]
    assert log == ["open a", "open b"]
    close()
    assert log[2:] == ["close b", "close a"]
    log.clear()
    with pytest.raises(OSError):
        open_all([lambda: res("a"), lambda: res("b", True)])
    assert "open a" in log


def test_timer_decorator():
    ticks = iter([1.0, 4.0, 10.0, 10.5])
    sink = []

    @timer(lambda: next(ticks), sink)
    def work(x):
        return x * 2

    assert work(4) == 8
    assert sink == [3.0]
    with timer(lambda: next(ticks), sink) as t:
        assert t.t == 10.0
    assert sink == [3.0, 0.5]
