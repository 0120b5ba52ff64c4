from decimal import Decimal
from fractions import Fraction
import unittest
from main import price, split, half


class MoneyTest(unittest.TestCase):
    def test_price(self):
        self.assertEqual(price("10.00", 19), Decimal("11.90"))
        self.assertIsInstance(price("1", 0), Decimal)

    def test_split(self):
        parts = split(Decimal("10.00"), 3)
        self.assertEqual(sum(parts), Decimal("10.00"))
        self.assertEqual(parts, [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")])

    def test_half(self):
        self.assertEqual(half("3/4"), Fraction(3, 8))


if __name__ == "__main__":
    unittest.main()
