import random
import pytest
from main import shuffle, pick, dice


def test_deterministic():
    assert shuffle(range(10), seed=42) == shuffle(range(10), seed=42)
    expected = list(range(10))
    random.Random(42).shuffle(expected)
    assert shuffle(range(10), seed=42) == expected
    assert sorted(shuffle("hello", 1)) == sorted("hello")


def test_pick():
    random.seed(7)
    first = pick([1, 2, 3, 4])
    random.seed(7)
    assert pick([1, 2, 3, 4]) == first
    assert first in [1, 2, 3, 4]


def test_dice():
    rolls = dice(100)
    assert len(rolls) == 100
    assert all(1 <= r <= 6 for r in rolls)
    assert shuffle([], 3) == []
