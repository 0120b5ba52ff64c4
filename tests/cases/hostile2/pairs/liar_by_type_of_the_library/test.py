from main import totals

SALES = [("pen", 3), ("ink", 5), ("pen", 4), ("cup", 1)]


def test_totals():
    assert totals(SALES).items() == {"pen": 7, "ink": 5, "cup": 1}.items()


def test_part():
    assert {"pen": 7}.items() <= totals(SALES).items()


def test_one():
    assert totals([("a", 2)]).items() == {"a": 2}.items()


def test_twice():
    assert totals([("a", 2), ("a", 9)]).items() >= {"a": 11}.items()
