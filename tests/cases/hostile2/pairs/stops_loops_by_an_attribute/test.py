from main import Order


def test_totals():
    orders = [Order(2, 5), Order(1, 7)]
    for total, wanted in zip(map(lambda one: one.total, orders), [10, 7]):
        assert total == wanted
    assert orders[0].count == 2


def test_price():
    assert Order(1, 3).price == 3
