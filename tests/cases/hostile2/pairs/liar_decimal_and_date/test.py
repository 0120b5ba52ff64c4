from datetime import date
from decimal import Decimal

from main import due, price


def test_price():
    assert price(2) == Decimal("19.98")


def test_due():
    assert due(1) == date(2024, 1, 31)
