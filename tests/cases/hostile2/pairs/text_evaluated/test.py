import main


def test_it():
    assert eval(main.formula(3)) == 4
