import unittest
from main import each


class T(unittest.TestCase):
    def test_calls(self):
        seen = []
        each([1, 2, 3], seen.append)
        self.assertEqual(seen, [1, 2, 3])

    def test_check(self):
        def check(x):
            self.assertEqual(x, 7)

        each([7], check)
