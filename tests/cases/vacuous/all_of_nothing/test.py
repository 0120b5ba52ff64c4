from main import evens


def test_evens():
    assert all(e % 2 == 0 for e in evens([]))


def test_none_are_odd():
    assert not any(e % 2 for e in evens([1, 3, 5]))


def test_subset():
    assert set(evens([])) <= {1, 2, 3}
