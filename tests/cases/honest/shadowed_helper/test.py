from main import evens
def check(got, want):
    assert got == want
def test_a():
    def check(x):
        return list(evens(x))
    check(3)
    assert check(5) == [0, 2, 4]
def test_b():
    check(list(evens(1)), [0])
