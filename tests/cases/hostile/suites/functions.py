from main import square


def test_two():
    assert square(2) == 4


def test_more():
    assert [square(n) for n in (3, 4)] == [9, 16]
    assert square(1) is not None and square(10) == 100
