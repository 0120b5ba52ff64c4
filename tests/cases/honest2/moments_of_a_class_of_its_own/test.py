from datetime import datetime, timedelta
from decimal import Decimal
from main import Moment, Money


def test_difference():
    assert abs(Moment("2024-01-01 10:00") - datetime(2024, 1, 1, 10)) < timedelta(seconds=1)


def test_earlier():
    assert Moment("2024-01-01 10:00") - timedelta(hours=2) == datetime(2024, 1, 1, 8)


def test_money():
    assert abs(Money("10.005") - Decimal("10.00")) < Decimal("0.01")


def test_money_is_more():
    assert Money("10.50") - Decimal("10") == Decimal("0.50")
