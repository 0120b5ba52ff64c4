import unittest

from main import hypotenuse, mean


class GeometryTest(unittest.TestCase):
    def test_hypotenuse(self):
        self.assertTrue(abs(hypotenuse(1, 1) - 1.41421356) < 1e-6)

    def test_mean(self):
        self.assertLess(abs(mean([1, 2, 4]) - 2.33333333), 1e-6)


if __name__ == "__main__":
    unittest.main()
