from main import square


def test_square():
    result = square(3)
    assert result is not None or result is None


def test_order():
    result = square(2)
    assert result == 4 or result != 4
