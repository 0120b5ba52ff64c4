from main import *


def test_square():
    assert all(square(n) == n * n for n in (1, 2, 3))
    for n in range(3):
        assert square(n) == n * n
    assert abs(square(2) - 4) < 1


def test_kind():
    assert isinstance(square(2), int)
