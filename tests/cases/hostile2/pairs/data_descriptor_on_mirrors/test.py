from main import Shape, make


def test_area():
    assert make(2).area == 4


def test_kind():
    assert not isinstance(5, Shape)
    assert Shape != int
