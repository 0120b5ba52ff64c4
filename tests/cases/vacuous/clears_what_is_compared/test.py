import random
import main

def test_like_sorted():
    rng = random.Random(4)
    for n in range(0, 40, 7):
        items = [rng.randint(0, 99) for _ in range(n)]
        assert main.merge_sort(items) == sorted(items)

def test_returns_list():
    assert isinstance(main.merge_sort([2, 1]), list)
