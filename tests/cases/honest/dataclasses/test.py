import dataclasses
import pytest
from main import Item, Point, total


def test_defaults():
    a, b = Item("a", 1.0), Item("b", 2.0)
    a.tags.append("x")
    assert b.tags == []
    assert a < b
    assert sorted([b, a]) == [a, b]
    assert total([a, b]) == 3.0


def test_discount():
    assert Item("a", 10.0).discounted(25) == Item("a", 7.5)
    assert dataclasses.asdict(Item("a", 1.5, ["t"])) == {"name": "a", "price": 1.5, "tags": ["t"]}


def test_point():
    assert Point(1, 2) + Point(3, 4) == Point(4, 6)
    assert Point(1) == Point(1, 0)
    assert len({Point(1, 2), Point(1, 2), Point(2, 1)}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        Point(1, 2).x = 5
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"
