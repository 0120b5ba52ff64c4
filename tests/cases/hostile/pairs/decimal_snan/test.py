from decimal import Decimal
import unittest
import main
class T(unittest.TestCase):
    def test_d(self):
        self.assertEqual(main.price(), Decimal("3"))
        self.assertAlmostEqual(main.price(), Decimal("3"), places=2)
        self.assertLess(main.price(), 4)
