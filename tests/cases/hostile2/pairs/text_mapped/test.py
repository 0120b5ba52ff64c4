import main


def test_it():
    assert list(map(eval, main.formulas())) == [1, 2]
