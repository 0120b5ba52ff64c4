import unittest

from main import square


class SquareTest(unittest.TestCase):
    def test_square(self):
        self.assertAlmostEqual(square(3), 9)

    def test_the_other_way(self):
        self.assertAlmostEqual(2.25, square(1.5), places=3)

    def test_within(self):
        self.assertAlmostEqual(square(2), 4, delta=0.1)


if __name__ == "__main__":
    unittest.main()
