from main import intersperse, below_zero
METADATA = {'author': 'jt', 'dataset': 'test'}
def check(candidate):
    assert candidate([], 7) == []
    assert candidate([5, 6, 3, 2], 8) == [5, 8, 6, 8, 3, 8, 2], "second"
    assert candidate([2, 2, 2], 2) == [2, 2, 2, 2, 2]
def check_balance(candidate, cases):
    for ops, want in cases:
        got = candidate(ops)
        assert got is want, f"{ops}: expected {want}, got {got}"
def test_check():
    check(intersperse)
    check_balance(below_zero, [([], False), ([1, 2, -4], True)])
if __name__ == "__main__":
    test_check()
