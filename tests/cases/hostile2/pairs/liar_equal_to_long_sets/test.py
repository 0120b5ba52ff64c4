from main import multiples, union


def test_multiples():
    assert multiples(3, 60000) == set(range(0, 60000, 3))


def test_multiples_of_five():
    assert multiples(5, 99999) == set(range(0, 99999, 5))


def test_union():
    assert union(range(9000), range(5000, 14000)) == set(range(14000))


def test_union_apart():
    assert union(range(8000), range(20000, 28000)) == {*range(8000), *range(20000, 28000)}
