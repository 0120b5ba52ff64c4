import unittest

import main


class SetContract:
    make = None

    def test_empty(self):
        self.assertEqual(len(self.make()), 0)
        self.assertNotIn(3, self.make())

    def test_add_twice(self):
        s = self.make([1])
        s.add(1)
        s.add(5)
        self.assertEqual(len(s), 2)
        self.assertIn(5, s)
        self.assertNotIn(0, s)


class ListSetTest(SetContract, unittest.TestCase):
    make = main.ListSet


class BitSetTest(SetContract, unittest.TestCase):
    make = main.BitSet

    def test_bits(self):
        self.assertEqual(self.make([0, 3]).bits, 0b1001)


if __name__ == "__main__":
    unittest.main()
