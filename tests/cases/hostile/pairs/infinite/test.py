from main import evens


def test_a():
    assert list(evens(5)) == [0, 2, 4]
    assert sorted(evens(7)) == [0, 2, 4, 6]
    assert tuple(evens(2)) == (0,)
    assert len(list(evens(9))) == 5
    assert max(evens(6)) == 4
    assert set(evens(3)) == {0, 2}
    assert [x for x in evens(5)] == [0, 2, 4]
    total = 0
    for x in evens(5):
        total += x
    assert total == 6
