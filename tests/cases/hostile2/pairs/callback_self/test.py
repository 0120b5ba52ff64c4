import unittest

from main import run

WANTED = ["x"]


class RunTest(unittest.TestCase):
    def setUp(self):
        self.seen = []
        self.wanted = list(WANTED)

    def take(self, item):
        self.seen.append(item)

    def test_run(self):
        run(self.take)
        self.assertEqual(self.seen, ["x"])
        self.assertEqual(self.wanted, self.seen)


if __name__ == "__main__":
    unittest.main()
