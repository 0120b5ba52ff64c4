import unittest

from main import square


class SquareTest(unittest.TestCase):
    def test_two(self):
        self.assertEqual(square(2), 4)

    def test_table(self):
        for given, wanted in [(0, 0), (3, 9), (-4, 16)]:
            with self.subTest(given=given):
                self.assertEqual(square(given), wanted)

    def test_order(self):
        self.assertGreater(square(5), 20)
        self.assertTrue(square(6) == 36)

    def test_refuses(self):
        with self.assertRaises(TypeError):
            square("x")


if __name__ == "__main__":
    unittest.main()
