import pytest
from main import square
@pytest.fixture
def f(): return square
def test_zero(f): assert f(0) == 0
def test_two(f): assert f(2) == 4
