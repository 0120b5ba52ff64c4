from main import sort_copy
def test_sort():
    data = [3, 1, 2]
    expected = sorted(data)
    got = sort_copy(data)
    assert got == expected
    assert data == [3, 1, 2]
def test_same():
    data = [5, 4]
    assert sort_copy(data) == sorted(data)
