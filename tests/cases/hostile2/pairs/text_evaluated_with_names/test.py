import main


def test_it():
    assert eval(main.formula("x"), {"x": 3}) == 4
