import datetime
import itertools
import unittest
from unittest import mock

import main
from main import Account, InvalidTransition, Savings, State, transfer


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.when = datetime.datetime(2024, 1, 1)

    def setUp(self):
        Account._ids = itertools.count(1)
        self.a = Account("ann", 100)
        self.s = Savings("sam", balance=150)
        self.addCleanup(setattr, Account, "interest", 0.05)

    def test_ids(self):
        self.assertEqual((self.a.id, self.s.id), (1, 2))

    def test_private(self):
        with self.assertRaises(AttributeError):
            self.a.__balance
        self.assertEqual(self.a._Account__balance, 100)
        with self.assertRaises(AttributeError):
            self.a.balance = 5

    def test_states(self):
        self.a.to(State.FROZEN)
        with self.assertRaises(InvalidTransition) as cm:
            self.a.deposit(1)
        self.assertIs(cm.exception.args[0], State.FROZEN)
        with self.assertRaisesRegex(InvalidTransition, "FROZEN -> CLOSED"):
            self.a.to(State.CLOSED)
        self.assertFalse(self.a.state.active)

    def test_history(self):
        with mock.patch.object(main.datetime, "datetime", wraps=datetime.datetime) as fake:
            fake.now.return_value = self.when
            self.a.deposit(5)
        self.assertEqual(self.a.history, [{"kind": "deposit", "amount": 5, "at": self.when}])

    def test_record_spied(self):
        with mock.patch.object(Account, "_record", autospec=True) as rec:
            self.a.withdraw(40)
        rec.assert_called_once_with(self.a, "withdraw", 40)
        self.assertEqual(self.a.balance, 60)

    def test_interest_class_attr(self):
        Account.interest = 0.1
        self.a.add_interest()
        self.assertAlmostEqual(self.a.balance, 110)
        self.s.interest = 0.5
        self.s.add_interest()
        self.assertAlmostEqual(self.s.balance, 225.0, places=5)

    def test_transfer_rollback(self):
        self.a.to(State.CLOSED)
        with self.assertRaises(InvalidTransition):
            transfer(self.s, self.a, 20)
        self.assertEqual(self.s.balance, 150)
        self.assertListEqual(self.s.history, [])
        with self.assertRaisesRegex(ValueError, "insufficient"):
            transfer(self.s, Account("x"), 51)

    def test_transaction_from_test(self):
        with self.assertRaises(KeyError):
            with self.a.transaction() as acc:
                acc.deposit(1)
                self.assertEqual(acc.balance, 101)
                raise KeyError
        self.assertEqual(self.a.balance, 100)

    def test_states_are_in_table(self):
        self.assertSetEqual(set(main.TRANSITIONS), set(State))
        with mock.patch.dict(main.TRANSITIONS, {State.CLOSED: {State.OPEN}}):
            self.a.to(State.CLOSED)
            self.a.to(State.OPEN)
        self.assertEqual(main.TRANSITIONS[State.CLOSED], set())


if __name__ == "__main__":
    unittest.main()
