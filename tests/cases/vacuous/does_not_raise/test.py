import pytest

from main import tidy


@pytest.mark.parametrize("text", ["a  b", "", "  x ", "\n\t"])
def test_does_not_raise(text):
    tidy(text)


def test_returns_something():
    assert tidy("a b") is not None
