import pytest
from main import check_sorted, validate


def test_sorted():
    assert check_sorted([1, 2]) is True
    with pytest.raises(AssertionError, match="not sorted"):
        check_sorted([2, 1])


def test_validate():
    assert validate(3) == 3
    with pytest.raises(AssertionError):
        validate(-1)


def helper(x):
    assert validate(x) == x + 1


def test_helper_fails():
    with pytest.raises(AssertionError):
        helper(4)
