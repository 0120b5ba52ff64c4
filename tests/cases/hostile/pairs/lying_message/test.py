import pytest
from main import root


def test_negative():
    with pytest.raises(ValueError, match="must not be negative"):
        root(-1)


def test_ok():
    assert root(9) == 3
