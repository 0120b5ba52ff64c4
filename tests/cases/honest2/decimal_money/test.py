import unittest
from decimal import Decimal as D

from main import money, split, vat


class MoneyTest(unittest.TestCase):
    def test_parse(self):
        self.assertEqual(money("1,234.565"), D("1234.57"))
        self.assertEqual(str(money(2)), "2.00")
        self.assertIsInstance(money("0.1"), D)
        self.assertEqual(money("0.1") + money("0.2"), D("0.3"))

    def test_bad(self):
        for text in ("", "x", "1.2.3", None):
            with self.subTest(text=text), self.assertRaises(ValueError):
                money(text)
        self.assertRaisesRegex(ValueError, "finite", money, "NaN")

    def test_split(self):
        self.assertEqual(split(D("10.00"), 3), [D("3.33"), D("3.33"), D("3.34")])
        self.assertEqual(sum(split(D("0.05"), 4)), D("0.05"))

    def test_vat(self):
        self.assertEqual(vat(D("100")), D("19.00"))
        self.assertEqual(vat(D("9.99"), "0.07"), D("0.70"))
        self.assertEqual(vat(D("1")).as_tuple().exponent, -2)


if __name__ == "__main__":
    unittest.main()
