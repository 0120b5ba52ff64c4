import math
import random

from main import square


def test_chance():
    for _ in range(20):
        n = random.randint(2, 1000)
        assert square(n) == n * n
        assert math.isclose(square(n), n**2)


def test_once():
    n = random.choice([3, 5, 8])
    assert square(n) == n * n
