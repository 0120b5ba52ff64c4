from main import Money, Name, Bag


def test_money():
    assert Money(5) + 3 == 8
    assert Money(5) + Money(1) == Money(6)
    assert Money(5) != 7
    assert Money(5) < 9
    assert Money(5) > 2
    assert Money(1) < Money(2)
    if Money(5) == 5:
        ok = True
    else:
        ok = False
    assert ok


def test_name():
    assert Name("Bob") == "BOB"
    assert Name("Bob") != "Rob"


def test_bag():
    assert Bag([3, 1, 2]) == [1, 2, 3]
    assert Bag([3, 1, 2]) == (2, 3, 1)
    assert [1] != Bag([2])
