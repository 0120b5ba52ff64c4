import pytest

from main import parse


def test_good():
    assert parse("7") == 7


@pytest.mark.parametrize("text", ["", "x", "1.5"])
def test_bad(text):
    with pytest.raises(ValueError, match="not a number"):
        parse(text)
