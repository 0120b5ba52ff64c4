import main


def test_square():
    assert main.square(3) == 9


def test_more():
    assert main.square(4) == 16
