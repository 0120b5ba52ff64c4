import random
import pytest
from main import Box
def test_chance():
    n = random.randint(2, 1000)
    assert Box(n).square() == pytest.approx(n * n)
def test_fixed():
    b = Box(2)
    assert b.n == 2
