from main import Money, total
def test_total():
    assert total([1, 2]) == 3
    assert total([4, 4]) == 8
    if total([5]) == 5:
        ok = True
    else:
        ok = False
    assert ok
