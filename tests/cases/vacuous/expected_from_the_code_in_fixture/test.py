import pytest

from main import Cart


@pytest.fixture
def cart():
    return Cart(1, 2, 3)


@pytest.fixture
def expected(cart):
    return cart.total()


def test_total(cart, expected):
    assert cart.total() == expected


def test_again(cart):
    before = cart.total()
    assert cart.total() == before
