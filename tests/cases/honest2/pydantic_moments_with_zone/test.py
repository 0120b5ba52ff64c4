from datetime import datetime, timezone
from decimal import Decimal

import pytest
from pydantic import ValidationError

from main import Card, Cash, Line, Order, Status


@pytest.fixture
def payload():
    return {
        "lines": [{"sku": "ABC-1", "qty": 2, "price": "9.99"}, {"sku": "XYZ-22", "qty": 1, "price": 5}],
        "payment": {"kind": "card", "number": "4539 1488 0343 6467"},
        "createdAt": "2024-01-02T03:04:05Z",
    }


def test_parse(payload):
    o = Order.model_validate(payload)
    assert o.total == Decimal("24.98")
    assert isinstance(o.payment, Card)
    assert o.payment.number == "4539148803436467"
    assert o.created == datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert o.status is Status.new


def test_dump(payload):
    o = Order(**payload)
    d = o.model_dump(mode="json", by_alias=True, exclude={"lines"})
    assert d["total"] == "24.98" and d["createdAt"] == "2024-01-02T03:04:05Z"
    assert Order.model_validate_json(o.model_dump_json(exclude={"total"})) == o


def test_bad_card(payload):
    payload["payment"]["number"] = "1234"
    with pytest.raises(ValidationError) as e:
        Order(**payload)
    assert e.value.error_count() == 1
    err = e.value.errors()[0]
    assert err["loc"] == ("payment", "card", "number")
    assert err["msg"] == "Value error, bad card number"


def test_frozen_and_extra():
    l = Line(sku="AAA-1", qty=1, price=1)
    with pytest.raises(ValidationError):
        l.qty = 4
    with pytest.raises(ValidationError, match="Extra inputs"):
        Line(sku="AAA-1", qty=1, price=1, colour="red")
    assert l.model_copy(update={"qty": 3}).qty == 3
    assert {l: 1}[Line(sku="AAA-1", qty=1, price=Decimal(1))] == 1


def test_assignment(payload):
    o = Order(**payload)
    with pytest.raises(ValidationError, match="discount exceeds total"):
        o.discount = Decimal(100)
    o = Order(**payload)
    o.status = "paid"
    assert o.status is Status.paid


def test_cash():
    o = Order(lines=[], payment={"kind": "cash"}, created=datetime(2020, 1, 1))
    assert o.payment == Cash()
    assert o.total == 0
    assert Order.model_fields["discount"].default == 0
    assert set(Order.model_json_schema()["required"]) == {"lines", "payment"}
