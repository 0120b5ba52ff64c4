from main import fold


def test_sum():
    assert fold(lambda a, b: a + b, [1, 2, 3]) == 6


def test_product():
    assert fold(lambda a, b: a * b, [2, 3, 7]) == 42
