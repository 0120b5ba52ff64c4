from main import withdraw


def test_too_much():
    try:
        withdraw(1, 2)
    except ValueError as error:
        assert "much" in str(error)
    else:
        assert False, "no error"


def test_enough():
    try:
        left = withdraw(5, 2)
    except ValueError:
        raise AssertionError("enough money, and refused")
    assert left == 3
