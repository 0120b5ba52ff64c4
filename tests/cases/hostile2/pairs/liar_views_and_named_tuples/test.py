from collections import namedtuple

from main import Record, locate

Place = namedtuple("Place", "x y")


def test_keys():
    assert Record().keys() == {"name": 0, "age": 0}.keys()


def test_items():
    assert {"age": 3}.items() <= Record().items()


def test_place():
    assert locate("B3") == Place(1, 2)
