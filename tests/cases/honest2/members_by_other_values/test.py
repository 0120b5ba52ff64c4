import json
import pytest
from main import Color, Level, Perm


def test_parse_roundtrip():
    for s in ("rwx", "r--", "-w-", "---", "r-x"):
        assert str(Perm.parse(s)) == s
    assert Perm.parse("rw-") is Perm.RW
    assert Perm.ALL & ~Perm.W == Perm.R | Perm.X
    assert not Perm(0)
    assert Perm.R in Perm.RW and Perm.X not in Perm.RW
    with pytest.raises(KeyError):
        Perm.parse("q")
    assert list(Perm.ALL) == [Perm.R, Perm.W, Perm.X]


def test_level():
    assert Level.LOW < Level.HIGH
    assert Level.LOW.next is Level.MID
    assert Level.HIGH.next is Level.HIGH
    assert Level("mid") is Level.MID
    assert Level(7) == 5
    with pytest.raises(ValueError):
        Level(0)
    assert Level.MID + 1 == 6
    assert sorted([Level.HIGH, Level.LOW]) == [1, 10]
    assert json.dumps({"l": Level.MID}) == '{"l": 5}'


def test_color():
    assert Color.RED == "red"
    assert f"{Color.DARK_BLUE}" == "dark-blue"
    assert Color("dark-blue") is Color.DARK_BLUE
    assert Color.RED.upper() == "RED"
    assert [c.value for c in Color] == ["red", "dark-blue"]
    assert {Color.RED: 1}["red"] == 1
