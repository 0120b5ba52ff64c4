import inspect
from itertools import islice
from main import primes, chunks


def test_primes():
    assert list(islice(primes(), 5)) == [2, 3, 5, 7, 11]
    assert inspect.isgenerator(primes())
    g = primes()
    assert next(g) == 2 and next(g) == 3


def test_chunks():
    assert list(chunks([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(chunks("abcdef", 3)) == ["abc", "def"]
    assert list(chunks([], 3)) == []


def test_bad():
    try:
        list(chunks([1], 0))
    except ValueError as e:
        assert "size" in str(e)
    else:
        raise AssertionError("ValueError expected")
