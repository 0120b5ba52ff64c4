import main


def test_square():
    assert main.square(3) == 9
    assert main.cube(2) == 8
