import pytest

from main import Access, Colour, Rank, price, tally


def test_members():
    assert [c.name for c in Colour] == ["RED", "GREEN", "BLUE"]
    assert Colour("g") is Colour.GREEN
    assert Colour["BLUE"].value == "b"
    assert len(Colour) == 3
    assert Colour.RED in Colour


def test_parse():
    assert Colour.parse(" red ") is Colour.RED
    assert Colour.parse("green").warm is False
    assert Colour.RED.warm is True
    with pytest.raises(KeyError):
        Colour.parse("pink")
    with pytest.raises(ValueError, match="'x' is not a valid"):
        Colour("x")


def test_as_keys():
    assert {c: price(c) for c in Colour} == {Colour.RED: 3, Colour.GREEN: 4, Colour.BLUE: 1}
    assert tally([Colour.RED, Colour.RED, Colour.BLUE])[Colour.RED] == 2
    assert set(tally([])) == set(Colour)


def test_int_enum():
    assert Rank.TOP > Rank.LOW and Rank.MID == 5
    assert sorted([Rank.TOP, Rank.LOW]) == [1, 9]
    assert Rank(5) is Rank.MID and Rank.LOW + 1 == 2
    assert max(Rank) is Rank.TOP


def test_flags():
    assert Access.READ | Access.WRITE is Access.ALL
    assert Access.READ in Access.ALL
    assert not Access.READ & Access.WRITE
