from main import length


def test_rounded():
    assert round(length(1) - 6.283, 3) == 0


def test_within():
    assert abs(length(2) - 12.566) <= 0.01


def test_nothing_is_left():
    assert length(0) - 0 == 0
    assert length(0.5) - 3 == 0
