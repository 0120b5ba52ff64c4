import itertools
import types

import pytest

from main import averager, chunks, flatten, primes


def test_send():
    gen = averager()
    assert next(gen) is None
    assert gen.send(10) == 10
    assert gen.send(20) == 15
    with pytest.raises(StopIteration) as stop:
        gen.send(None)
    assert stop.value.value == 2


def test_throw_resets():
    gen = averager()
    next(gen)
    gen.send(4)
    assert gen.throw(ValueError) is None
    assert gen.send(6) == 6
    with pytest.raises(KeyError):
        gen.throw(KeyError("x"))
    with pytest.raises(StopIteration):
        next(gen)


def test_primes_lazy():
    gen = primes()
    assert isinstance(gen, types.GeneratorType)
    assert list(itertools.islice(gen, 5)) == [2, 3, 5, 7, 11]
    assert next(gen) == 13
    gen.close()
    assert list(gen) == []


def test_chunks():
    source = iter(range(5))
    parts = chunks(source, 2)
    assert next(parts) == [0, 1]
    assert next(source) == 2
    assert list(parts) == [[3, 4]]


def test_flatten():
    assert list(flatten([1, [2, [3, []]], 4])) == [1, 2, 3, 4]
    assert list(zip("ab", flatten([[1], [2], 3]))) == [("a", 1), ("b", 2)]
