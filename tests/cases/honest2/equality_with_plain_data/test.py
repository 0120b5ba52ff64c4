from main import Money, wallet


def test_equal_to_numbers_and_texts():
    assert Money(150) == 1.5
    assert 1.5 == Money(150)
    assert Money(150) == "1.50 EUR"
    assert Money(150) != 1.51
    assert Money(150) != "1.5 EUR"
    assert Money(100) != Money(100, "USD")
    assert Money(5) != None and Money(5) != [5]


def test_list_of_them():
    assert wallet(1, 2.25) == [1, 2.25]
    assert sum(wallet(1, 2.25)) == 3.25
    assert Money(325) in wallet(3.25)
    assert 3.25 in wallet(1, 3.25) and 3 not in wallet(1, 3.25)


def test_order():
    assert sorted(wallet(3, 1, 2)) == wallet(1, 2, 3)
    assert max(wallet(1, 5, 2)) == 5
    assert Money(99) < 1 <= Money(100)


def test_keys():
    assert {Money(1): "a"}[Money(1)] == "a"
    assert len({Money(1), Money(1), Money(1, "USD")}) == 2
