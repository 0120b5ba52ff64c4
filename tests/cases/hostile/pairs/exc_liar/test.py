import pytest
from main import parse, ParseError


def test_a():
    with pytest.raises(ParseError) as e:
        parse("x")
    assert e.value.position == 3
    assert str(e.value) == "bad at 3"


def test_b():
    with pytest.raises(ValueError):
        parse("y")
