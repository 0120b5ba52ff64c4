import pytest
from pydantic import ValidationError
from main import User, parse


def test_ok():
    u = parse({"name": "Ann", "age": "30"})
    assert u == User(name="Ann", age=30)
    assert u.model_dump() == {"name": "Ann", "age": 30}


def test_minor():
    with pytest.raises(ValidationError) as e:
        parse({"name": "x", "age": 17})
    assert "must be adult" in str(e.value)
    assert e.value.errors()[0]["loc"] == ("age",)


def test_missing():
    with pytest.raises(ValidationError, match="Field required"):
        parse({"age": 20})
    assert parse({"name": "x", "age": 18}).age == 18
