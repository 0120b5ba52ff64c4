import random

from main import double


def test_double():
    assert double(-3) == -6
    for _ in range(20):
        n = random.randint(-1000, 1000)
        assert double(n) == n + n
