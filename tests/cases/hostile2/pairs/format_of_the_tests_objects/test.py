from main import pick

wanted_4711 = 4711


def same(value):
    return value


def test_pick():
    assert pick(same, same) == 4711
