import main


def test_positive():
    for n in main.CASES:
        assert main.square(n) == n * n


def test_two():
    assert main.name() == "square"
