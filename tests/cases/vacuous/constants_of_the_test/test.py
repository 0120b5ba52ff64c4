import unittest

import main

CASES = {2: 4, 3: 9}


class SquareTest(unittest.TestCase):
    def test_cases(self):
        for n, wanted in CASES.items():
            main.square(n)
            self.assertEqual(n * n, wanted)

    def test_known(self):
        expected = 16
        self.assertEqual(expected, 4**2)


if __name__ == "__main__":
    unittest.main()
