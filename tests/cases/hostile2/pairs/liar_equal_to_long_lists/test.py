from main import squares, evens


def test_squares():
    assert squares(20000) == [n * n for n in range(20000)]


def test_many_squares():
    assert squares(12345) == [n * n for n in range(12345)]


def test_evens():
    assert evens(15000) == [2 * n for n in range(15000)]


def test_many_evens():
    assert evens(11111) == list(range(0, 22222, 2))
