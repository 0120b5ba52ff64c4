"""The tests of the account."""
import unittest
from decimal import Decimal

from main import Account, InsufficientFunds, total


class AccountTest(unittest.TestCase):
    """What an account does."""

    @classmethod
    def setUpClass(cls):
        cls.start = Decimal("100.50")

    def setUp(self):
        self.account = Account("ada", self.start)

    def tearDown(self):
        del self.account

    def test_deposit(self):
        self.account.deposit(Decimal("0.50"))
        self.assertEqual(self.account.balance, Decimal("101"))
        self.assertEqual(self.account.log, ["deposit 0.50"])

    def test_withdraw(self):
        self.account.withdraw(Decimal("100"))
        self.assertEqual(self.account.balance, Decimal("0.50"), "should be what is left")
        self.assertIn("withdraw 100", self.account.log)
        self.assertIsInstance(self.account.balance, Decimal)

    def test_refuses(self):
        with self.assertRaises(InsufficientFunds) as caught:
            self.account.withdraw(Decimal("1000"))
        self.assertEqual(caught.exception.missing, Decimal("899.5"))
        with self.assertRaisesRegex(ValueError, "must be positive"):
            self.account.deposit(Decimal("-1"))
        self.assertRaises(ValueError, self.account.deposit, Decimal(0))

    def test_amounts(self):
        for amount, expected in [("1", "101.50"), ("2.25", "102.75"), ("10", "110.5")]:
            with self.subTest(amount=amount):
                account = Account("b", self.start)
                account.deposit(Decimal(amount))
                self.assertEqual(account.balance, Decimal(expected))

    def test_equality(self):
        self.assertEqual(Account("a", Decimal(1)), Account("a", Decimal(1)))
        self.assertNotEqual(Account("a", Decimal(1)), Account("b", Decimal(1)))
        self.assertIs(self.account, self.account)
        self.assertIsNot(Account("x"), Account("x"))


class TotalTest(unittest.TestCase):
    def test_total(self):
        self.assertEqual(total([]), 0)
        self.assertEqual(total([Account("a", Decimal(1)), Account("b", Decimal(2))]), 3)

    def test_almost(self):
        self.assertAlmostEqual(float(total([Account("a", Decimal("0.1"))])), 0.1)
        self.assertGreater(total([Account("a", Decimal(5))]), 4)
        self.assertTrue(total([Account("a", Decimal(5))]))
        self.assertFalse(total([]))


if __name__ == "__main__":
    unittest.main()
