import pytest
from main import parse
def test_bad():
    with pytest.raises(expected_exception=ValueError):
        parse("x")
def test_match():
    with pytest.raises(expected_exception=ValueError, match="empty"):
        parse("")
def test_ok():
    assert parse("3") == 3
