import pytest

from main import Transaction, indented


def test_commit():
    data = {"a": 1}
    with Transaction(data) as open_data:
        assert open_data is data
        open_data["b"] = 2
    assert data == {"a": 1, "b": 2}


def test_rollback():
    data = {"a": 1}
    with pytest.raises(ZeroDivisionError):
        with Transaction(data) as d:
            d["a"] = 99
            d["c"] = 1 / 0
    assert data == {"a": 1}


def test_swallows_key_error():
    data = {}
    with Transaction(data) as d:
        d["x"] = 1
        d["nothing"]
    assert data == {}


def test_indented():
    lines = ["top"]
    with indented(lines) as add:
        add("one")
        with indented(lines, by=1) as inner:
            inner("two")
            raise RuntimeError("enough")
        add("three")
    assert lines == ["top", "  one", "   two", "   stopped: enough", "  three"]


def test_indented_other_errors():
    lines = []
    with pytest.raises(ValueError):
        with indented(lines) as add:
            add("x")
            raise ValueError
    assert lines == ["  x"]
