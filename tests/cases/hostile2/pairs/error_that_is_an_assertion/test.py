import pytest
from main import parse, ParseError
def test_error():
    with pytest.raises(ParseError):
        doc = parse("(")
        assert doc is None
def test_ok():
    assert parse("x").t == "x"
