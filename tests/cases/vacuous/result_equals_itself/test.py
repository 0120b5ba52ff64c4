from main import square


def test_square():
    result = square(5)
    assert result == result


def test_same():
    value = square(2)
    same = value
    assert same is value and value == same
