import unittest
from main import Vector


class VectorTest(unittest.TestCase):
    def test_arithmetic(self):
        self.assertEqual(Vector(1, 2) + Vector(3, 4), Vector(4, 6))
        self.assertEqual(Vector(1, 2) - Vector(3, 5), Vector(-2, -3))
        self.assertEqual(2 * Vector(1, 2), Vector(2, 4))
        self.assertEqual(-Vector(1, -1), Vector(-1, 1))
        self.assertEqual(Vector(1, 2) @ Vector(3, 4), 11)
        self.assertAlmostEqual(abs(Vector(3, 4)), 5)

    def test_order(self):
        self.assertLess(Vector(1, 1), Vector(3, 4))
        self.assertGreaterEqual(Vector(5, 5), Vector(1, 1))
        self.assertEqual(max([Vector(1, 0), Vector(0, 9)]), Vector(0, 9))
        self.assertTrue(Vector(1, 0) <= Vector(0, 2))

    def test_misc(self):
        self.assertEqual(repr(Vector(1, 2)), "Vector(1, 2)")
        self.assertEqual(f"{Vector(1, 2):.1f}", "<1.0, 2.0>")
        self.assertFalse(Vector(0, 0))
        self.assertTrue(Vector(0, 1))
        self.assertNotEqual(Vector(1), (1,))
        self.assertIn(Vector(1, 2), {Vector(1, 2): "a"})
        self.assertEqual(list(Vector(7, 8)), [7, 8])
        self.assertEqual({"a": Vector(1)}, {"a": Vector(1)})
        self.assertIn(Vector(2), [Vector(1), Vector(2)])
