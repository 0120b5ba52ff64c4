import unittest
from main import gcd
class T(unittest.TestCase):
    def check(self, a, b, want):
        with self.subTest(a=a, b=b):
            self.assertEqual(gcd(a, b), want)
    def test_pairs(self):
        for args in ((12, 18, 6), (7, 3, 1)):
            self.check(*args)
    def test_zero(self):
        self.check(0, 5, 5)
        self.check(5, 0, 5)
if __name__ == "__main__":
    unittest.main()
