import random
from fractions import Fraction
from main import half
def test_half():
    n = random.randint(3, 1000)
    assert half(n) == Fraction(n, 2 * 7)
