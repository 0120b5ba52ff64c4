import unittest
from main import square


class T(unittest.TestCase):
    def test_all(self):
        for n, w in [(2, 4), (3, 9), (4, 16)]:
            with self.subTest(n=n):
                self.assertEqual(square(n), w)
        with self.assertRaises(ValueError):
            square(-1)
