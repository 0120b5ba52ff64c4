from main import Cart, total


def test_cart():
    cart = Cart()
    cart.add("pen", 3, 250)
    cart.add("cup", 1, 900)
    assert cart.total() == 1650
    assert cart.count() == 4
    assert cart.names() == ["pen", "cup"]


def test_total():
    assert total([("pen", 3, 120), ("ink", 1, 899)]) == 1259
