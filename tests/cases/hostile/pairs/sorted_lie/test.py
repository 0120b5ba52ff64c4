from main import rank
def test_rank():
    r = rank([3, 1, 2])
    assert list(r) == [1, 2, 3]
    assert r == sorted(r)
    assert max(r) == 3 and sum(r) == 6
