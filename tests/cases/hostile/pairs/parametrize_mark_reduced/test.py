import pytest
from main import square
@pytest.mark.parametrize("n", [0, 2, 3])
@pytest.mark.parametrize("m", [0, 1])
def test_table(n, m):
    assert square(n) + m == n * n + m
