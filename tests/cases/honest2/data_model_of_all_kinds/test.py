import abc, collections.abc, copy, dataclasses, enum, operator, pickle, typing, weakref
import pytest
import main
from main import *
from main import Color, Dog, Bird, Animal, Stack, P, Item

def test_stack():
    s = Stack([1]) << 2 << 3
    assert list(s) == [3, 2, 1] and len(s) == 3 and 2 in s
    s += [9]
    assert s.pop() == 9 and s == Stack([1, 2, 3]) and s != [1, 2, 3]
    c = copy.copy(s); c.push(0)
    assert len(s) == 3
    with pytest.raises(TypeError, match="unhashable"): hash(s)
    with pytest.raises(IndexError, match="empty"): Stack().pop()
    with pytest.raises(AttributeError): s.other = 1
    assert Stack[int](["a"]).pop() == "a"

def test_dotted():
    d = main.Dotted({"a": {"b": 1}, "n": 2})
    assert d.a.b == 1 and "n" in d and dir(d) == ["a", "n"]
    d.z = 5
    del d.n
    assert d.z == 5 and not hasattr(d, "n") and getattr(d, "n", "dflt") == "dflt"
    with pytest.raises(AttributeError, match="no 'q'"): d.q
    with pytest.raises(AttributeError): del d.q

def test_singleton():
    a, b = main.Config(True), main.Config()
    assert a is b and b.debug is True and len(main.Config) == 1 and isinstance(main.Config, main.Singleton)

def test_animals():
    d, b = Dog("Rex"), Bird("Al")
    assert (d.speak(), b.speak(), d.legs, b.legs) == ("Rex says woof", "Al says tweet", 4, 2)
    assert sorted([d, b]) == [b, d] and Animal.kinds == {"Dog": Dog, "Bird": Bird}
    assert isinstance(d, main.Speaks) and not isinstance(3, main.Speaks)
    with pytest.raises(TypeError, match="abstract"): Animal("x")
    assert Dog.__mro__[1] is Animal and issubclass(Dog, abc.ABC)

def test_item():
    i = Item(2.0, "n", qty=3, scale=2)
    assert i.total == 12 and repr(i) == "Item(price=4.0, name='n', qty=3)"
    assert Item(1, "z") < Item(2, "a") and Item(1, "z") == Item(1, "y")
    assert [f.name for f in dataclasses.fields(Item)] == ["price", "name", "tags", "qty"]
    with pytest.raises(TypeError): Item(1, "a", [], 5)
    with pytest.raises(ValueError, match="-2"): Item(1, "a", scale=-2)
    with pytest.raises(AttributeError): i.nope = 1
    a, b = Item(1, "a"), Item(1, "b")
    a.tags.append("t")
    assert b.tags == [] and dataclasses.asdict(a) == {"price": 1.0, "name": "a", "tags": ["t"], "qty": 1}
    assert dataclasses.replace(a, price=5, scale=1).price == 5

def test_point():
    p, q = P(3, 4), P(1)
    assert p + q == P(4, 4) and p @ q == 3 and abs(p) == 5 and -q == P(-1) and 2 * q == P(2)
    assert divmod(p, 2) == (P(1, 2), P(1, 0)) and [*p] == [3, 4] and not P(0) and {p: 1}[P(3, 4)] == 1
    with pytest.raises(dataclasses.FrozenInstanceError): p.x = 5
    with pytest.raises(TypeError): p * 2
    match p:
        case P(x=3, y=yy): assert yy == 4
        case _: pytest.fail("no")
    match p:
        case P(a, b): assert (a, b) == (3, 4)
    assert pickle.loads(pickle.dumps(p)) == p and copy.deepcopy([p]) == [p]

def test_enums():
    assert Color("r") is Color.RED and Color("green") is Color.GREEN and str(Color.RED) == "Red" and f"{Color.GREEN}" == "Green"
    with pytest.raises(ValueError, match="'x' is not a valid Color"): Color("x")
    assert [c.pretty for c in Color] == ["Red", "Green"] and Color["RED"].value == "r" and len(Color) == 2
    assert main.Level.LOW == "low" and main.Level("high") is main.Level.HIGH
    rw = main.Mode.R | main.Mode.W
    assert rw == 6 and main.Mode.R in rw and not rw & main.Mode.X
    assert {Color.RED: 1}[Color("r")] == 1 and isinstance(main.Level.LOW, str)

def test_temp():
    t = main.Temp(100)
    assert t.f == 212
    t.f = 32
    assert t.c == 0
    t.c = 5; assert t.slow == 6 and t.slow == 6
    del t.slow
    assert t.slow == 7
    del t.f
    assert t.c == 0.0 and main.Temp.f.__doc__ == "Fahrenheit."

def test_typed():
    m: main.Movie = {"title": "x"}
    assert main.Movie(title="x") == m and main.Movie.__total__ is False
    r = main.Rec(1, ("a",))
    assert r.has("a") and r == (1, ("a",)) and r._replace(id=2).id == 2 and main.Rec(5).tags == ()

def test_counter():
    c = main.counter(5, step=2, limit=9)
    assert [c(), c()] == [7, 9]
    with pytest.raises(OverflowError) as e: c()
    assert e.value.args == (9,) and c.reset() is None
    with pytest.raises(TypeError, match="positional-only"): main.counter(start=1)

def test_generators():
    g = main.averager()
    assert next(g) is None and g.send(10) == 10 and g.send(20) == 15
    with pytest.raises(StopIteration) as e: g.send(None)
    assert e.value.value == "2 values"
    c = main.collect(); next(c); c.send(1); assert c.send(None) is None
    c.send(5)
    with pytest.raises(StopIteration) as e: next(c)
    assert e.value.value == ["1 values", "1 values"]
    g = main.averager(); next(g)
    with pytest.raises(KeyError): g.throw(KeyError("k"))
    g.close()
    assert isinstance(g, collections.abc.Generator)

@pytest.mark.parametrize("args, kw, words", [
    ((1,), {"c": 1}, "missing 1 required positional argument: 'b'"), ((1, 2), {}, "missing 1 required keyword-only argument: 'c'"),
    ((1, 2, 3), {"c": 1}, "takes 2 positional arguments but 3"), ((1, 2), {"c": 1, "d": 2}, "unexpected keyword argument 'd'")])
def test_need(args, kw, words):
    with pytest.raises(TypeError, match=words): main.need(*args, **kw)

def test_guard():
    with main.Guard(KeyError) as g: raise KeyError("k")
    assert g.seen == ("KeyError", "'k'", True)
    with pytest.raises(ValueError), main.Guard(KeyError) as g: raise ValueError("v")
    assert g.seen[0] == "ValueError"
    with main.Guard() as g: pass
    assert g.seen == (None, None, False)
