import unittest
from main import square
class T(unittest.TestCase):
    def test_t(self):
        for n in (2, 3, 4):
            with self.subTest(n=n):
                self.assertEqual(square(n), n * n)
