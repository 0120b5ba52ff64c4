import math

from main import integrate, sort_by


def test_sort():
    calls = []

    def less(a, b):
        calls.append((a, b))
        return a[1] < b[1]

    pairs = [("a", 3), ("b", 1), ("c", 3), ("d", 2)]
    assert sort_by(pairs, less) == [("b", 1), ("d", 2), ("a", 3), ("c", 3)]
    assert len(calls) == 1 + 1 + 3


def test_sort_many():
    items = [(i * 37) % 101 for i in range(101)]
    assert sort_by(items, lambda a, b: a > b) == list(range(100, -1, -1))


def test_integrate():
    assert math.isclose(integrate(math.sin, 0, math.pi), 2.0, rel_tol=1e-5)
    assert abs(integrate(lambda x: x * x, 0, 3, n=2000) - 9) < 1e-4
