from collections import deque

from main import last


def test_last():
    assert last([1, 2, 3, 4], 2) == deque([3, 4])
