import unittest
from main import Vec


class VecTest(unittest.TestCase):
    def setUp(self):
        self.addTypeEqualityFunc(Vec, self.assertVecEqual)

    def assertVecEqual(self, a, b, msg=None):
        if abs(a.x - b.x) > 1e-9 or abs(a.y - b.y) > 1e-9:
            raise self.failureException(msg or f"{a} is not near {b}")

    def test_add(self):
        self.assertEqual(Vec(0.1, 1) + Vec(0.2, 2), Vec(0.3, 3))

    def test_scale(self):
        self.assertEqual(3 * Vec(1, 2), Vec(3, 6))
        self.assertEqual(Vec(1, 2) * 0, Vec(0, 0))

    def test_differs(self):
        with self.assertRaises(self.failureException):
            self.assertEqual(Vec(1, 1), Vec(1, 2))

    def test_repr(self):
        self.assertEqual(repr(Vec(1, -2)), "Vec(1, -2)")


if __name__ == "__main__":
    unittest.main()
