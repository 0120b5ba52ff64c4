from main import Registry, call, arity


def test_fire():
    r = Registry()

    @r.on("add")
    def add(e):
        return e.data["a"] + e.data["b"]

    @r.on("add")
    def bad(e):
        raise ValueError("nope")

    expected = [1 + 2, "ValueError: nope"]
    assert r.fire("add", a=1, b=2) == expected
    assert r.fire("none") == []


def test_call():
    words = ["upper", "title"]
    for w in words:
        assert call("ab c", w) == getattr("ab c", w)()
    assert arity(lambda a, b: 0) == 2
