import unittest

from main import invert, squares, top, unique

N = 100_000


class LargeTest(unittest.TestCase):
    def test_squares(self):
        out = squares(N)
        self.assertEqual(len(out), N)
        self.assertEqual(out, [i**2 for i in range(N)])

    def test_invert(self):
        table = {i: str(i) for i in range(N)}
        self.assertEqual(invert(table)["99999"], 99999)
        self.assertEqual(len(invert(table)), N)

    def test_top(self):
        words = [f"w{i % 1000}" for i in range(N)] + ["w7"]
        self.assertEqual(top(words, 1), [("w7", 101)])

    def test_unique(self):
        self.assertListEqual(unique([i % 10 for i in range(N)]), list(range(10)))


if __name__ == "__main__":
    unittest.main()
