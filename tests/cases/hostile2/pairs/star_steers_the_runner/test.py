import pytest

from main import *


@pytest.mark.parametrize("n", [1, 2])
def test_square(n):
    assert square(n) == n * n


def test_zero():
    assert square(0) == 0
