import unittest

from main import fill


class Basket:
    limit = 3

    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)

    def __len__(self):
        return len(self.items)

    def __eq__(self, other):
        return isinstance(other, Basket) and self.items == other.items


class FillTest(unittest.TestCase):
    def test_fill(self):
        basket = Basket()
        wanted = Basket()
        for item in ("a", "b", "c"):
            wanted.add(item)
        self.assertEqual(fill(basket, "abcdef"), 3)
        self.assertEqual(basket, wanted)
        self.assertEqual(len(basket), 3)


if __name__ == "__main__":
    unittest.main()
