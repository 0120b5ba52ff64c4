import random
from unittest.mock import patch

from main import dice, password, shuffled


def test_same_seed_same_rolls():
    random.seed(42)
    first = dice(10)
    random.seed(42)
    assert dice(10) == first
    random.seed(42)
    assert first == [random.randint(1, 6) for _ in range(10)]


def test_range():
    assert set(dice(200, 3)) == {1, 2, 3}


def test_own_generator():
    assert dice(3, rng=random.Random(7)) == [random.Random(7).randint(1, 6)] + dice(3, rng=random.Random(7))[1:]


def test_shuffled():
    items = list(range(20))
    assert shuffled(items, 1) == shuffled(items, 1) != items
    assert sorted(shuffled(items)) == items
    expected = items[:]
    random.Random(5).shuffle(expected)
    assert shuffled(items, 5) == expected


def test_password():
    random.seed(3)
    a = password()
    random.seed(3)
    assert password() == a and len(a) == 8
    with patch("main.random.choice", lambda letters: letters[-1]):
        assert password(3) == "fff"
