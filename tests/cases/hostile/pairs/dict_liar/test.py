import unittest
from main import stats


class T(unittest.TestCase):
    def test_a(self):
        r = stats([1, 2, 3])
        self.assertEqual(r["mean"], 2)
        self.assertEqual(r["n"], 3)
        self.assertIn("max", r)
        self.assertEqual(sorted(r), ["max", "mean", "n"])

    def test_b(self):
        self.assertDictEqual(stats([4]), {"mean": 4, "n": 1, "max": 4})
