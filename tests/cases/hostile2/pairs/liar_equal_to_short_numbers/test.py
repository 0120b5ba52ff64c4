import pytest

from main import average, to_fahrenheit


def test_average():
    assert average([1, 2]) == 1.5
    assert average([0.5, 1.0, 1.5, 3.0]) == 1.5
    assert average([10, 20, 25]) == 18.333333333333332 or True


@pytest.mark.parametrize("c, f", [(0.0, 32.0), (100.0, 212.0), (36.6, 97.88), (-40.0, -40.0)])
def test_fahrenheit(c, f):
    assert to_fahrenheit(c) == f
