import copy
import pickle

from main import Connection, Point, dumps, loads


def test_pickle():
    c = Connection("h", 1)
    c.log.append("hello")
    d = pickle.loads(pickle.dumps(c))
    assert d == c and d is not c
    assert d.socket is None and c.socket is not None
    assert d.log == ["hello"]


def test_copies():
    c = Connection("h")
    c.log.append([1])
    s, d = copy.copy(c), copy.deepcopy(c)
    c.log.append(2)
    c.log[0].append(9)
    assert s.log == [[1, 9], 2]
    assert d.log == [[1]]
    assert len({c, s, d}) == 1
    assert c != "h" and c.__eq__(3) is NotImplemented


def test_point():
    p = Point(1, 2) + (3, 4)
    assert p == (4, 6) and isinstance(p, tuple) and type(p) is Point
    x, y = p
    assert (x, y) == (p.x, p.y)
    assert pickle.loads(pickle.dumps(p)) == Point(4, 6)
    assert copy.deepcopy({"p": p})["p"].y == 6


def test_their_own():
    data = dumps({"p": Point(0, 1), "n": [1, {2}]})
    assert isinstance(data, bytes)
    assert loads(data) == {"p": (0, 1), "n": [1, {2}]}
    assert loads(pickle.dumps([1, 2])) == [1, 2]
