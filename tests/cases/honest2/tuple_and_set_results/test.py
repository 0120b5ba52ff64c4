from main import *


def test_min_max():
    assert min_max([3, 1, 2]) == (1, 3)
    assert min_max([]) is None
    low, high = min_max("hello")
    assert low == "e" and high == "o"


def test_common():
    assert common([1, 2], (2, 3), {2}) == {2}
    assert common() == set()
    assert not common("ab", "cd")


def test_powerset():
    assert powerset([1, 2]) == {frozenset(), frozenset({1}), frozenset({2}), frozenset({1, 2})}
    assert len(powerset(range(5))) == 32


def test_index():
    assert list(index(["b", "a"]).items()) == [("b", 0), ("a", 1)]
    assert index("aba") == {"a": 2, "b": 1}


def test_roots():
    assert complex_roots(1, 0, -4) == {2.0, -2.0}
    roots = complex_roots(1, 0, 1)
    assert {round(r.imag) for r in roots} == {1, -1}
