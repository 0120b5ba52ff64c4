import unittest

from main import Matrix


class MatrixTest(unittest.TestCase):
    def setUp(self):
        self.m = Matrix([[1, 2], [3, 4]])

    def test_items(self):
        self.assertEqual(self.m[1, 0], 3)
        self.assertEqual(self.m[-1], [3, 4])
        self.m[0, 0] = 9
        self.assertEqual(list(self.m), [9, 2, 3, 4])
        del self.m[0]
        self.assertEqual(len(self.m), 1)
        with self.assertRaises(IndexError):
            self.m[5]

    def test_contains(self):
        self.assertIn(4, self.m)
        self.assertNotIn(5, self.m)

    def test_matmul(self):
        self.assertEqual(self.m @ Matrix.identity(2), self.m)
        self.assertEqual(self.m @ self.m, Matrix([[7, 10], [15, 22]]))

    def test_operators(self):
        self.assertEqual(-self.m, Matrix([[-1, -2], [-3, -4]]))
        self.assertEqual(round(Matrix([[1.26]]), 1), Matrix([[1.3]]))
        self.assertEqual(f"{self.m:02d}", "01 02; 03 04")
        self.assertEqual(self.m(lambda x: x * 10)[0], [10, 20])
        self.assertEqual(list(reversed(self.m)), [4, 3, 2, 1])
        self.assertTrue(self.m)
        self.assertFalse(Matrix([[0]]))

    def test_unhashable(self):
        with self.assertRaises(TypeError):
            hash(self.m)

    def test_all_and_sum(self):
        self.assertEqual(sum(self.m), 10)
        self.assertEqual(max(self.m), 4)
        self.assertEqual([a + b for a, b in zip(self.m, self.m)], [2, 4, 6, 8])


if __name__ == "__main__":
    unittest.main()
