from main import square


def test_square():
    assert square(3) == 9
    assert square(-4) == 16


def test_zero():
    assert square(0) == 0
