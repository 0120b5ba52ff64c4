from main import square
def test_two():
    assert square(2) == 4
