from main import Shop


def test_listener_sees_the_order():
    seen = []

    def listener(order):
        seen.append(order.number)
        assert order.total() == 30

    shop = Shop()
    shop.on_paid(listener)
    shop.pay(7, [10, 20])
    assert seen == [7]


def test_tax_is_told():
    told = []

    def listener(order):
        told.append(order.number)
        assert order.tax() == 19

    shop = Shop()
    shop.on_paid(listener)
    shop.pay(8, [100])
    assert told == [8]


def test_two_listeners():
    seen = []
    shop = Shop()
    shop.on_paid(lambda o: seen.append(1))
    shop.on_paid(lambda o: seen.append(2))
    shop.pay(1, [5])
    assert seen == [1, 2]


def test_nobody_listens():
    assert Shop().pay(3, [1]) is None
