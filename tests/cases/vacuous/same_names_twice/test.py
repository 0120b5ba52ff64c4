from main import square


def test_square():
    assert square(3) == 10


def test_zero():
    assert square(0) == 1


def test_square():
    assert square


def test_zero():
    assert callable(square)
