import pytest

from main import circle_area, compound


def test_area():
    assert circle_area(2) == pytest.approx(12.566370614)


def test_compound():
    assert compound(1000, 0.05, 10) == pytest.approx(1628.894627, rel=1e-6)
    assert compound(500, 0.0, 3) == pytest.approx(500)
