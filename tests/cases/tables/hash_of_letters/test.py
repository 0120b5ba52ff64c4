from main import f


def test_runs():
    assert f("aaabb") == "a3b2"
    assert f("xyz") == "x1y1z1"


def test_mixed():
    assert f("aAaA11") == "a1A1a1A112"
    assert f("zzzzz") == "z5"
