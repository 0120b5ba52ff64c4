import copy
import pickle

from main import Point, Shape


def test_pickle_point():
    p = pickle.loads(pickle.dumps(Point(1, 2)))
    assert p == Point(1, 2)
    assert isinstance(p, Point) and p is not Point(1, 2)


def test_pickle_shape():
    s = pickle.loads(pickle.dumps(Shape(Point(0, 0), label="s"), protocol=2))
    assert s.points == [Point(0, 0)]
    assert s._cache is None
    assert s.label == "s"


def test_copy():
    s = Shape(Point(1, 1), label="a")
    c = copy.copy(s)
    assert c.label == "copy of a"
    assert c.points is not s.points and c.points[0] is s.points[0]


def test_deepcopy():
    s = Shape(Point(1, 1))
    m = s.moved(1, 2)
    assert m.points == [Point(2, 3)]
    assert s.points == [Point(1, 1)]
    assert copy.deepcopy(s).points[0] is not s.points[0]


def test_hash():
    assert {Point(1, 2): "a"}[Point(1, 2)] == "a"
