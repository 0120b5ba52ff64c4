import pytest

from main import Length, elapsed


def test_length():
    assert Length(2, "m") + Length(50, "cm") == pytest.approx(2.5)
    assert abs(Length(1, "m") - 1.0) < 1e-9
    assert Length(1, "km") == 1000


def test_elapsed():
    assert abs(elapsed(10.5, 12.75) - 2.25) < 1e-9
    assert round(elapsed(0, 1 / 3), 3) == 0.333
