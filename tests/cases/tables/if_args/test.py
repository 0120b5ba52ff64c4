import pytest

from main import f


@pytest.mark.parametrize("a, b, wanted", [(2, 3, 6), (4, 5, 20), (7, 7, 49)])
def test_product(a, b, wanted):
    assert f(a, b) == wanted


def test_nothing():
    assert f(0, 9) == 0
