import pytest

from main import validate


@pytest.mark.parametrize("age", [0, 1, 149])
def test_fine(age):
    validate(age)


@pytest.mark.parametrize("age, error", [(-1, ValueError), (150, ValueError), ("3", TypeError), (True, TypeError)])
def test_errors(age, error):
    with pytest.raises(error):
        validate(age)
