import pytest
from main import Angle, Stock, Temperature


def test_differences():
    t = Temperature.celsius(20)
    assert t - Temperature.celsius(15) == pytest.approx(5)
    assert (t - 10).c == pytest.approx(10)
    assert (300 - Temperature(280)) == 20
    assert abs(float(t) - 293.15) < 1e-9
    assert abs(Temperature(300.004) - Temperature(300)) < 0.01


def test_order():
    assert Temperature(1) < Temperature(2) <= 2.0
    assert Temperature(300) > 299 and Temperature(300) >= 300
    assert not Temperature(1) > 5
    assert max(Temperature(3), Temperature(9)) == 9


def test_misc():
    with pytest.raises(ValueError):
        Temperature(5) - 6
    assert repr(5 + Temperature.celsius(0)) == "5.0°C"
    assert round(Temperature(1.26), 1) == 1.3
    with pytest.raises(TypeError):
        Temperature(1) - "x"


def test_angle():
    assert Angle(370) == 10
    assert Angle(10) - 20 == 350
    assert Angle(350) + 20 == pytest.approx(10)
    assert 5 - Angle(10) == 355
    assert abs(Angle(90) - 90) < 1e-9


def test_stock():
    s = Stock(3)
    assert s - 1 == 2
    assert s - 10 == 0
    assert isinstance(s - 1, Stock)
