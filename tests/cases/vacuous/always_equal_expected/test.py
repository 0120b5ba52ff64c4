from unittest.mock import ANY

from main import square


class Whatever:
    def __eq__(self, other):
        return True


def test_square():
    assert square(3) == ANY


def test_list():
    assert [square(n) for n in (1, 2)] == [ANY, Whatever()]
