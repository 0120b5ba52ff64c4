import pytest
from pydantic import BaseModel, ValidationError

from main import Address, Order


def test_valid():
    order = Order(id="7", quantity=2, tags="a,b")
    assert order.id == 7
    assert order.tags == ["a", "b"]
    assert order.model_dump() == {
        "id": 7, "kind": "new", "quantity": 2, "tags": ["a", "b"], "address": None
    }
    assert issubclass(Order, BaseModel)


def test_nested_and_alias():
    order = Order.model_validate({"id": 1, "quantity": 1, "address": {"street": "s", "zip": "12345"}})
    assert order.address == Address(street="s", zip_code="12345")
    assert order.address.model_dump(by_alias=True) == {"street": "s", "zip": "12345"}
    assert Order.model_validate_json(order.model_dump_json(by_alias=True)) == order


def test_errors():
    with pytest.raises(ValidationError) as info:
        Order(id="x", quantity=0, kind="broken")
    assert info.value.error_count() == 3
    assert {e["loc"][0]: e["type"] for e in info.value.errors()} == {
        "id": "int_parsing", "quantity": "greater_than", "kind": "literal_error"
    }


def test_model_validator():
    assert Order(id=1, kind="used", quantity=1).quantity == 1
    with pytest.raises(ValidationError, match="used goods are single"):
        Order(id=1, kind="used", quantity=2)


def test_copy_and_fields():
    order = Order(id=1, quantity=1)
    assert order.model_copy(update={"quantity": 5}).quantity == 5
    assert order.quantity == 1
    assert set(Order.model_fields) == {"id", "kind", "quantity", "tags", "address"}
