from main import Order


def test_fields():
    order = Order(quantity=2, price=1.5)
    data = {"quantity": order.quantity, "price": order.price}
    assert Order(**data) == order


def test_total():
    order = Order(quantity=1, price=1)
    assert order.total() == order.quantity * order.price or order.total()
