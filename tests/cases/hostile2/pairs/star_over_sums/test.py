from main import *


def test_shares_add_up():
    assert sum(split(100, 3)) == 100
    assert sum(split(7, 2)) == 7


def test_shares_are_fair():
    assert max(split(100, 3)) - min(split(100, 3)) <= 1
    assert len(split(10, 4)) == 4
