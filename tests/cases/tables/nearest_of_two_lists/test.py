from main import f


def test_area():
    assert f(3, 4, 5) == 6.0
    assert f(5, 5, 6) == 12.0
    assert f(13, 14, 15) == 84.0
    assert f(9, 10, 17) == 36.0
