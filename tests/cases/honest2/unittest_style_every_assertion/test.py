import unittest
from unittest import TestCase

from main import Inventory


class InventoryTest(TestCase):
    """All kinds of assertions, as tutorials list them."""

    def setUp(self):
        self.inv = Inventory()
        self.inv.add("a", 3)
        self.inv.add("b")

    def test_numbers(self):
        self.assertEqual(self.inv["a"], 3)
        self.assertNotEqual(self.inv["a"], self.inv["b"])
        self.assertGreater(self.inv["a"], 2)
        self.assertGreaterEqual(self.inv["b"], 1)
        self.assertLess(self.inv["c"], 1)
        self.assertAlmostEqual(self.inv.value({"a": 0.1, "b": 0.2}), 0.5)

    def test_containers(self):
        self.assertListEqual(self.inv.skus(), ["a", "b"])
        self.assertCountEqual(self.inv.skus(), ["b", "a"])
        self.assertSetEqual(set(self.inv.skus()), {"a", "b"})
        self.assertTupleEqual(tuple(self.inv.skus()), ("a", "b"))
        self.assertIn("a", self.inv.skus())
        self.assertNotIn("z", self.inv.skus())

    def test_truth(self):
        self.assertTrue(self.inv.skus())
        self.assertFalse(Inventory().skus())
        self.assertIsNone(self.inv.remove("b"))
        self.assertIsNotNone(self.inv.add("x"))
        self.assertIs(type(self.inv["a"]), int)
        self.assertIsInstance(self.inv, Inventory)
        self.assertNotIsInstance(self.inv.skus(), tuple)

    def test_errors(self):
        self.assertRaises(ValueError, self.inv.add, "a", 0)
        with self.assertRaises(LookupError) as cm:
            self.inv.remove("a", 4)
        self.assertEqual(cm.exception.args, ("only 3 a",))
        with self.assertRaisesRegex(LookupError, r"only \d zz?"):
            self.inv.remove("z")

    def test_gone(self):
        self.inv.remove("a", 3)
        self.assertEqual(self.inv.skus(), ["b"])


if __name__ == "__main__":
    unittest.main(argv=["ignored"], exit=True)
