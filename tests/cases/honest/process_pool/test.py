from main import squares
def test_pool():
    assert squares([1, 2, 3]) == [1, 4, 9]
if __name__ == "__main__":
    test_pool()
