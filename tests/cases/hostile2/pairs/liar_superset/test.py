from main import fields_of


def test_fields():
    assert fields_of({"name": "Ann", "age": 3}) >= {"name", "age"}


def test_nested_fields():
    assert {"user", "user.id"} <= fields_of({"user": {"id": 1}})
