import json
import unittest
from datetime import date
from unittest.mock import ANY, MagicMock, patch

from pydantic import ValidationError

import main
from main import Order, Orders, Status


class OrdersTest(unittest.TestCase):
    def setUp(self):
        self.orders = Orders()

    def test_create(self):
        number = self.orders.create(customer=" ada ", quantity=3)
        order = self.orders.get(number)
        self.assertEqual(number, 1)
        self.assertEqual(order.customer, "ada")
        self.assertEqual(order.status, Status.OPEN)
        self.assertEqual(order.status, "open")
        self.assertEqual(order, Order(customer="ada", quantity=3))
        self.assertEqual(
            order.model_dump(),
            {"customer": "ada", "quantity": 3, "status": Status.OPEN, "due": None, "kind": "a"},
        )
        self.assertEqual(json.loads(order.model_dump_json())["status"], "open")

    def test_any(self):
        dumped = Order(customer="x", quantity=1, due="2024-02-03").model_dump()
        self.assertEqual(dumped, {"customer": "x", "quantity": ANY, "status": "open", "due": date(2024, 2, 3), "kind": "a"})

    def test_validation(self):
        for quantity in (0, 101, "x"):
            with self.subTest(quantity=quantity), self.assertRaises(ValidationError) as caught:
                Order(customer="x", quantity=quantity)
            self.assertEqual(len(caught.exception.errors()), 1)
        with self.assertRaises(ValueError):
            Order(customer="", quantity=1)

    def test_missing(self):
        with self.assertRaises(LookupError):
            self.orders.get(9)

    def test_list(self):
        self.orders.create(customer="a", quantity=1)
        self.orders.create(customer="b", quantity=2, status="paid")
        self.assertEqual([o.customer for o in self.orders.list(Status.PAID)], ["b"])
        self.assertEqual(len(self.orders.list()), 2)

    def test_mock(self):
        spy = MagicMock(return_value=7)
        self.assertEqual(spy(1, a=2), 7)
        spy.assert_called_once_with(1, a=2)
        with patch.object(main.Orders, "get", return_value="fake") as get:
            self.assertEqual(Orders().get(5), "fake")
            get.assert_called_once_with(5)
        with patch("main.Order") as order:
            Orders().create(customer="q", quantity=1)
        self.assertEqual(order.call_args.kwargs, {"customer": "q", "quantity": 1})


if __name__ == "__main__":
    unittest.main()
