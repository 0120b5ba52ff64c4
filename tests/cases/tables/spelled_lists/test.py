from main import f


def test_several():
    assert f([3, 1, 2]) == [1, 2, 3]
    assert f([5, 5, 1]) == [1, 5, 5]


def test_few():
    assert f([]) == []
    assert f([7]) == [7]
