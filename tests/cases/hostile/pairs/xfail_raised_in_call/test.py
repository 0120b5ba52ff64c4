import pytest
from main import square
def test_two():
    assert square(2) == 4
@pytest.mark.parametrize("n", [1, 2])
def test_n(n):
    assert square(n) == n * n
