from itertools import count, islice
from operator import length_hint

from main import Countdown, Peekable


def test_countdown_twice():
    c = Countdown(3)
    assert list(c) == [3, 2, 1]
    assert [*c] == [3, 2, 1]
    assert tuple(zip(c, c)) == ((3, 3), (2, 2), (1, 1))


def test_iterator_is_used_up():
    it = iter(Countdown(2))
    assert iter(it) is it
    assert length_hint(it) == 2
    assert next(it) == 2
    assert list(it) == [1] and list(it) == []
    assert next(it, "end") == "end"


def test_unpacking():
    first, *rest = Countdown(4)
    assert (first, rest) == (4, [3, 2, 1])
    assert max(Countdown(9)) == 9 and sum(Countdown(3)) == 6
    assert 2 in Countdown(3) and 7 not in Countdown(3)


def test_peek():
    p = Peekable(count(10))
    assert p.peek() == 10 and p.peek() == 10
    assert next(p) == 10
    assert list(islice(p, 2)) == [11, 12]
    assert Peekable([]).peek("none") == "none"
    assert list(Peekable("ab")) == ["a", "b"]


def test_peek_reads_lazily():
    source = iter("xyz")
    p = Peekable(source)
    assert p.peek() == "x"
    assert next(source) == "y"
    assert [*p] == ["x", "z"]
