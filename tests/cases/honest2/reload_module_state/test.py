import importlib
import os
import unittest

import main


class StateTest(unittest.TestCase):
    def setUp(self):
        importlib.reload(main)

    def tearDown(self):
        os.environ.pop("LEVEL", None)

    def test_counts(self):
        self.assertEqual([main.hit("a"), main.hit("a"), main.hit("b")], [1, 2, 1])
        self.assertEqual(main.best(), "a")

    def test_fresh_again(self):
        self.assertIsNone(main.best())
        self.assertEqual(main.hit("a"), 1)

    def test_level(self):
        os.environ["LEVEL"] = "5"
        importlib.reload(main)
        self.assertEqual(main.hit("x"), 5)
        self.assertEqual(main.LEVEL, 5)

    def test_set_by_hand(self):
        main.LEVEL = 3
        main._hits["p"] = 10
        self.assertEqual(main.hit("p"), 13)


if __name__ == "__main__":
    unittest.main()
