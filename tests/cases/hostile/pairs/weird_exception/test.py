from main import thing
def test_two():
    assert thing(2) == 4
