import pytest

from main import withdraw


def test_too_much():
    with pytest.raises(Exception):
        withdraw(1, 2)
        raise RuntimeError


def test_negative():
    with pytest.raises(Exception):
        assert withdraw(5, 1) == "never"
