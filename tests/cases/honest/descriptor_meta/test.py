import pytest
import main


def test_positive():
    o = main.Order(3)
    assert o.qty == 3
    with pytest.raises(ValueError, match="qty must be positive"):
        o.qty = 0
    assert vars(o) == {"_qty": 3}


def test_registry():
    assert set(main.Registry.known) >= {"Base", "Order"}

    class Mine(main.Base):
        pass

    assert main.Registry.known["Mine"] is Mine
    assert issubclass(main.Order, main.Base)


def test_singleton():
    assert main.Singleton() is main.Singleton()
    assert isinstance(main.Order.qty, main.Positive)
