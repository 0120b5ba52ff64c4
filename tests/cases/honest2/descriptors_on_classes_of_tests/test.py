import pytest

from main import Positive, Text


class Product:
    price = Positive()
    title = Text()

    def __init__(self, price, title):
        self.price, self.title = price, title


def test_kept_in_the_object():
    product = Product(3, "  a ")
    assert (product.price, product.title) == (3, "a")
    assert vars(product) == {"price": 3, "_title": "a"}


def test_checked():
    product = Product(3, "a")
    with pytest.raises(ValueError, match="price must be positive"):
        product.price = -1
    assert product.price == 3


def test_on_the_class():
    assert isinstance(Product.price, Positive)
