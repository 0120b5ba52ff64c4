from main import find


def test_nothing_is_found():
    assert find(["abc"], "x") == []
