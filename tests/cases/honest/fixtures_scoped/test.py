import pytest
from main import Cart


@pytest.fixture(scope="module")
def catalog():
    return {"apple": 0.5, "pear": 0.75}


@pytest.fixture
def cart(catalog):
    c = Cart()
    for sku, price in catalog.items():
        c.add(sku, 2, price)
    yield c
    c.items.clear()


@pytest.fixture(params=[1, 3, 10])
def qty(request):
    return request.param


@pytest.fixture
def make_cart():
    def make(**items):
        c = Cart()
        for sku, n in items.items():
            c.add(sku, n)
        return c

    return make


def test_total(cart):
    assert cart.total() == 2.5


def test_qty(cart, qty):
    cart.add("kiwi", qty, 2.0)
    assert cart.total() == pytest.approx(2.5 + qty * 2)


def test_remove(cart):
    cart.remove("pear")
    assert "pear" not in cart.items
    with pytest.raises(KeyError):
        cart.remove("pear")


def test_factory(make_cart):
    assert make_cart(a=2, b=3).total() == 5


@pytest.mark.usefixtures("catalog")
def test_used():
    assert Cart().total() == 0
