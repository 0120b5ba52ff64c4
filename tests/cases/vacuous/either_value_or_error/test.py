import pytest

from main import divide


def test_divide():
    try:
        result = divide(1, 2)
    except Exception:
        return
    assert result is not NotImplemented


def test_zero():
    try:
        divide(1, 0)
    except ZeroDivisionError:
        assert True
    else:
        assert True
