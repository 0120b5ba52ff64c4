import unittest

import main


class SquareTest(unittest.TestCase):
    def test_result(self):
        self.assertIsInstance(main.square(3), object)

    def test_zero(self):
        self.assertTrue(hasattr(main.square(0), "__class__"))


if __name__ == "__main__":
    unittest.main()
