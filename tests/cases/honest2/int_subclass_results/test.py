import json

import pytest

from main import Bag, Celsius, Flags, History, Id


def test_float():
    c = Celsius(100)
    assert c == 100.0 and isinstance(c, float)
    assert c.fahrenheit == pytest.approx(212)
    assert repr(c) == "100°C"
    assert c + 1 == 101 and type(c + 1) is float
    assert sorted([Celsius(3), 1.5]) == [1.5, 3]
    with pytest.raises(ValueError):
        Celsius(-300)


def test_str():
    i = Id(" AB-12 ")
    assert i == "ab-12" and i.parts == ["ab", "12"]
    assert {i: 1}["ab-12"] == 1
    assert f"{i}!" == "ab-12!" and i.upper() == "AB-12"
    assert json.dumps({"id": i}) == '{"id": "ab-12"}'


def test_dict():
    bag = Bag(a=1).add("a").add("b")
    assert bag == {"a": 2, "b": 1}
    assert bag["none"] == 0 and "none" not in bag
    assert isinstance(bag, dict) and len(bag) == 2
    assert dict(bag, c=3) == {"a": 2, "b": 1, "c": 3}


def test_list():
    h = History()
    for x in (1, 1, 2, 1):
        h.append(x)
    assert h == [1, 2, 1]
    assert h[-1] == 1 and h[:2] == [1, 2]
    h.extend([1, 1])
    assert len(h) == 5


def test_int():
    assert Flags(5).has(2) and not Flags(5).has(1)
    assert Flags(5) | 2 == 7
    assert [10, 20, 30][Flags(1)] == 20
