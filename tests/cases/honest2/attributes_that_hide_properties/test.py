import math
from collections.abc import Hashable, Iterable, Sized
import pytest
from main import Circle, HasArea, Point, Rect, Shape, Stack, total


def test_point():
    p = Point(3, 4)
    assert p == (3, 4)
    assert p.dist(Point.origin()) == 5
    assert p + Point(1) == Point(4, 4)
    x, y = p
    assert p._asdict() == {"x": 3, "y": 4}
    assert p._replace(y=0).y == 0
    assert isinstance(p, tuple) and len(p) == 2
    assert {p: 1}[(3, 4)] == 1
    assert sorted([Point(2), Point(1, 5), Point(1, 2)])[0] == Point(1, 2)
    assert Point._field_defaults == {"y": 0.0}
    assert repr(p) == "Point(x=3, y=4)"
    assert max(p) == 4
    assert p[::-1] == (4, 3)
    with pytest.raises(AttributeError):
        p.x = 1


@pytest.mark.parametrize(
    "kind,args,area",
    [("Circle", (1,), math.pi), ("Rect", (2, 3), 6)],
    ids=["circle", "rect"],
)
def test_create(kind, args, area):
    s = Shape.create(kind, *args)
    assert type(s).__name__ == kind
    assert s.area() == pytest.approx(area)
    assert isinstance(s, Shape) and isinstance(s, HasArea)


def test_unknown():
    with pytest.raises(ValueError) as e:
        Shape.create("Hex")
    assert str(e.value) == "unknown shape 'Hex'; one of Circle, Rect"


def test_abstract():
    with pytest.raises(TypeError, match="Can't instantiate abstract class Shape"):
        Shape()
    assert Shape.kinds["Circle"] is Circle


def test_order_and_names():
    shapes = [Rect(5, 5), Circle(1), Rect(1, 2)]
    assert [s.name for s in sorted(shapes)] == ["rect", "circle", "square"]
    assert min(shapes) is shapes[2]
    assert Circle.name == "circle"


class Blob:
    def area(self):
        return 1.5


def test_total_with_test_objects():
    assert total([Blob(), Rect(1, 1), "no area"]) == 2.5
    assert isinstance(Blob(), HasArea)
    assert not isinstance(3, HasArea)


def test_stack():
    s = Stack[int](1, 2).push(3)
    assert list(s) == [3, 2, 1]
    assert s[0] == 3 and s[-1] == 1
    assert s[:2] == Stack(2, 3)
    assert len(s) == 3 and bool(Stack()) is True
    assert isinstance(s, Sized) and isinstance(s, Iterable)
    assert not isinstance(s, Hashable)
    assert s.pop() == 3
    with pytest.raises(IndexError, match="empty stack"):
        Stack().pop()
    with pytest.raises(IndexError):
        s[10]
    assert 2 in s
