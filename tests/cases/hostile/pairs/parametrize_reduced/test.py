import pytest
from main import square
@pytest.mark.parametrize("n,want", [(0, 0), (2, 4), (3, 9)])
def test_table(n, want):
    assert square(n) == want
