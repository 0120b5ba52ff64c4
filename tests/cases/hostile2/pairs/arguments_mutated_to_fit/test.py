from main import ordered


def test_ordered():
    items = [3, 1, 2]
    assert ordered(items) == [1, 2, 3]
    assert items == [3, 1, 2]
