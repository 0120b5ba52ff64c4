import unittest
from main import distance, words


class BoundsTest(unittest.TestCase):
    def test_words(self):
        self.assertGreaterEqual(len(words("a b c")), 0)

    def test_distance(self):
        self.assertGreaterEqual(abs(distance(1, 5)), 0)
        self.assertLess(distance(1, 5), float("inf"))


if __name__ == "__main__":
    unittest.main()
