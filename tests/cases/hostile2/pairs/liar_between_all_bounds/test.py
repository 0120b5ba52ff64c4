from main import mean


def test_bounds():
    assert 10 < mean([1, 2, 30]) < 12
