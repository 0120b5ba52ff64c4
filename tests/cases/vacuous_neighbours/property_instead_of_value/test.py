import random

from main import sort


def test_properties():
    chance = random.Random(4)
    for _ in range(20):
        items = [chance.randrange(50) for _ in range(chance.randrange(9))]
        result = sort(items)
        assert all(a <= b for a, b in zip(result, result[1:]))
        assert sorted(result) == sorted(items)
        assert len(result) == len(items)
