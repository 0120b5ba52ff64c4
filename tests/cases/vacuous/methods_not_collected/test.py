import unittest

from main import square


class SquareTest(unittest.TestCase):
    def check_square(self):
        self.assertEqual(square(3), 10)

    def should_be_zero(self):
        self.assertEqual(square(0), 1)

    def test_exists(self):
        self.assertTrue(callable(square))


if __name__ == "__main__":
    unittest.main()
