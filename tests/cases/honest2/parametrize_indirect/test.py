import pytest

from main import Converter


@pytest.fixture
def converter(request):
    return Converter(request.param)


@pytest.mark.parametrize(
    "converter, value, expected",
    [("km", 2, 2000.0), ("mi", 1, 1609.344), ("m", 5, 5.0)],
    indirect=["converter"],
    ids=["kilo", "mile", "metre"],
)
def test_to_metres(converter, value, expected):
    assert converter.to("m", value) == pytest.approx(expected)


@pytest.mark.parametrize("converter", ["km"], indirect=True)
def test_round_trip(converter):
    assert converter.to("km", 7) == 7


@pytest.mark.parametrize("unit", ["yd", "", "KM"], ids=repr)
def test_unknown(unit):
    with pytest.raises(KeyError, match=unit or "''"):
        Converter(unit)
