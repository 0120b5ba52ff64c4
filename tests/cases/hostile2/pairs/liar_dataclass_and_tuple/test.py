import dataclasses

from main import Point, move, swap


def test_move():
    assert dataclasses.astuple(move(Point(1, 2), 3)) == (4, 2)


def test_swap():
    assert swap(1, 2) == (2, 1)
