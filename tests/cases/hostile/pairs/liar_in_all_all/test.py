from main import square


def test_a():
    assert all(square(n) == w for n, w in [(2, 4), (3, 9), (5, 25)])


def test_b():
    ok = [square(n) == w for n, w in [(2, 4), (3, 9), (5, 25)]]
    assert all(ok)
