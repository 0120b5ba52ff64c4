import unittest
import main


class ComputedTest(unittest.TestCase):
    def test_computed(self):
        for n in range(-3, 12):
            expected = sum(n for _ in range(n)) if n > 0 else n * n
            self.assertEqual(main.square(n), expected)

    def test_again(self):
        for n in range(-3, 12):
            expected = n * n
            self.assertEqual(main.square(n), expected)
