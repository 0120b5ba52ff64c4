import main


def test_it():
    names = {}
    exec(main.source("double"), names)
    assert names["double"](2) == 4
