import pytest
from main import square, primes
@pytest.fixture
def f(): return square
def test_known(f):
    assert f(0) == 0
def test_while(f):
    n = 1
    while n < 9:
        if n % 2:
            assert f(n) == n * n
        n += 1
