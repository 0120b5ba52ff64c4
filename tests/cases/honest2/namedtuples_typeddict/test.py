from collections import OrderedDict, defaultdict, deque
from types import SimpleNamespace

import pytest

from main import Employee, Point, frozen, group, last, movie, namespace, ordered, settings


def test_point():
    p = Point(3)
    assert p == (3, 0) and p.x == 3 and p._fields == ("x", "y")
    x, y = Point(1, 2)
    assert (x, y) == (1, 2)
    assert p._asdict() == {"x": 3, "y": 0}
    assert repr(p) == "Point(x=3, y=0)"
    assert isinstance(p, tuple) and hash(p) == hash((3, 0))


def test_employee():
    e = Employee("ann").raised(50)
    assert e == Employee("ann", 1050) == ("ann", 1050)
    assert Employee._field_defaults == {"salary": 1000}
    with pytest.raises(AttributeError):
        e.salary = 1


def test_movie():
    assert movie("M", 1931) == {"title": "M", "year": 1931}
    assert "year" not in movie("M")


def test_group():
    g = group([("a", 1), ("b", 2), ("a", 3)])
    assert g == {"a": [1, 3], "b": [2]}
    assert isinstance(g, defaultdict)
    assert g["new"] == [] and "new" in g


def test_settings():
    s = settings(mode="fast")
    assert s["mode"] == "fast" and s["depth"] == 1
    assert dict(s) == {"depth": 1, "mode": "fast"}


def test_namespace():
    assert namespace(a=1) == SimpleNamespace(a=1, inner=SimpleNamespace(n=1))


def test_others():
    assert last(range(9), 3) == deque([6, 7, 8]) and last("ab", 5).maxlen == 5
    with pytest.raises(TypeError):
        frozen({"a": 1})["a"] = 2
    assert ordered([("b", 1), ("a", 2)]) != OrderedDict([("a", 2), ("b", 1)])
    assert list(ordered([("b", 1), ("a", 2)])) == ["b", "a"]
