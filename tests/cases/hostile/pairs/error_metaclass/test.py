import unittest
from main import Account, InsufficientFunds


class T(unittest.TestCase):
    def test_refuses(self):
        account = Account(10)
        with self.assertRaises(InsufficientFunds):
            account.withdraw(100)

    def test_balance(self):
        account = Account(10)
        account.withdraw(4)
        self.assertEqual(account.balance, 6)
