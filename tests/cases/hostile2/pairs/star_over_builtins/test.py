from main import *


def test_root():
    assert abs(root(2) - 1.41421356) < 1e-6


def test_cube_root():
    assert abs(cube_root(27) - 3.0) < 1e-6
