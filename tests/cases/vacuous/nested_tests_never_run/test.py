from main import square


def test_square():
    def test_three():
        assert square(3) == 10

    def test_zero():
        assert square(0) == 1

    assert test_three and test_zero
