from main import table


def test_rows():
    rows = table(4)
    assert rows
    for i, square in rows:
        if i % 2:
            assert square % 2 == 1
        else:
            assert square % 4 == 0
        assert square == i**2


def test_empty():
    for _ in table(0):
        assert False, "no rows expected"
    assert len(table(0)) == 0
