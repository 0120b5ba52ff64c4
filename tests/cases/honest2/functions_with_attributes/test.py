import inspect
from unittest.mock import Mock
import main
from main import Other, S, count, f, plain


def test_a():
    f(1)
    f(2)
    assert f.calls == 2
    f.calls = 0
    f(3)
    assert f.calls == 1


def test_b():
    g, m = count(lambda x: x), Mock()
    m.__name__ = "fn"
    g(1)
    assert g.calls == 1
    g = count(m)
    g(1)
    assert g.calls == 1


def test_g(monkeypatch):
    n = f.calls
    plain(3)
    assert plain.last == 3
    assert plain.seen == [3]
    assert f.calls == n + 1
    assert str(inspect.signature(plain)) == "(a, b=1)"
    monkeypatch.setattr(plain, "last", 9)
    assert plain.last == 9
    monkeypatch.setattr(main, "f", lambda x: 5)
    assert plain(1) == 5


def test_m():
    s = S()
    s.go(1)
    s.go(2)
    assert s.go.calls == 2
    assert S.go.calls == 2


def test_st():
    S.st(1)
    assert S.st.calls == 1
    assert S().st(3) == 3
    assert S.cm(3) == (S, 3)
    assert S.cm.calls == 1


def test_w():
    assert S.go.__wrapped__(None, 4) == 4
    S.go.calls = 0
    S().go(1)
    assert S.go.calls == 1


def test_t():
    assert S.tagged.tags == {"a": 1}
    assert S().tagged.tags["a"] == 1
    assert S.tagged.__doc__ == "Doc." and S.tagged.__qualname__ == "S.tagged"
    assert {n: getattr(f, "tags", None) for n, f in vars(S).items() if callable(f)}[
        "tagged"
    ] == {"a": 1}


def test_p(monkeypatch):
    monkeypatch.setattr(S, "go", lambda self, x: 9)
    assert S().go(1) == 9
    monkeypatch.undo()
    assert S().go(1) == 1


def test_o(monkeypatch):
    assert Other.name == "other" and Other().name == "other" and Other.label is None
    monkeypatch.setattr(Other, "name", "x")
    assert Other().name == "x" == Other.name
    monkeypatch.undo()
    assert Other().name == "other"
    Other.name = "new"
    assert Other().name == "new"
    o = Other()
    o.name = "mine"
    assert o.name == "mine" and Other.name == "new"
    del o.name
    assert o.name == "new"
