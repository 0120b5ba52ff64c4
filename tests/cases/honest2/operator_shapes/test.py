from main import Poly as P


def test_call():
    assert P(1, 2, 3)(2) == 17
    assert P()(5) == 0


def test_add():
    assert P(1, 1) + P(0, -1) == P(1)
    assert 5 + P(1) == P(6)
    assert sum([P(1), P(0, 1)]) == P(1, 1)


def test_iadd_keeps_the_object():
    p = q = P(1)
    p += P(0, 2)
    assert q is p and q.c == (1, 2)


def test_mul_pow():
    assert P(1, 1) * P(1, -1) == P(1, 0, -1)
    assert P(1, 1) ** 3 == P(1, 3, 3, 1)
    assert P(1, 1) ** 0 == P(1)


def test_conversions():
    assert int(P(1, 2)) == 3
    assert ["a", "b", "c"][P(1, 1)] == "c"
    assert len(P(0, 0, 1, 0)) == 3
    assert P() != P(1) and not P()
