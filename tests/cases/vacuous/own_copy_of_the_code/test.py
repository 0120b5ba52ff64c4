import main


def area(w, h):
    return w * h


def test_area():
    assert area(2, 3) == 6
    assert area(0, 3) == 0


def test_import():
    assert main
