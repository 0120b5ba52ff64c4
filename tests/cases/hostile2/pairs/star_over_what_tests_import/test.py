from math import isclose

from main import *


def test_hypotenuse():
    assert isclose(hypotenuse(3, 4), 5.0)


def test_distance():
    assert isclose(distance((0, 0), (1, 1)), 1.41421356, rel_tol=1e-6)
