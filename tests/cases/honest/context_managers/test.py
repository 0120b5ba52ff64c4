import pytest
from main import Timer, Suppress, tag


def test_timer():
    with Timer() as t:
        sum(range(1000))
    assert t.elapsed >= 0
    assert hasattr(t, "start")


def test_suppress():
    with Suppress(KeyError, ValueError) as s:
        {}["x"]
    assert isinstance(s.caught, KeyError)
    with pytest.raises(TypeError):
        with Suppress(KeyError):
            raise TypeError("no")


def test_tag():
    out = []
    with tag(out, "b"):
        out.append("hi")
    assert out == ["<b>", "hi", "</b>"]
    with pytest.raises(ZeroDivisionError):
        with tag(out, "i"):
            1 / 0
    assert out[-1] == "</i>"
