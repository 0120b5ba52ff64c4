from main import *


def check(candidate):
    assert candidate(2) == 4
    assert candidate(3) == 9
    assert abs(candidate(1.5) - 2.25) < 1e-9


check(square)
