import unittest

import main
from money import Money


class TotalTest(unittest.TestCase):
    def test_total(self):
        self.assertEqual(main.total([(2, Money(150)), (1, Money(99))]), Money(399))

    def test_empty(self):
        self.assertEqual(str(main.total([])), "$0.00")

    def test_discount(self):
        self.assertEqual(main.discount(Money(1000), 15), Money(850))
        self.assertLess(main.discount(Money(5), 50), Money(5))

    def test_same_class(self):
        self.assertIs(main.Money, Money)
        self.assertIsInstance(main.total([(1, Money(1))]), Money)


if __name__ == "__main__":
    unittest.main()
