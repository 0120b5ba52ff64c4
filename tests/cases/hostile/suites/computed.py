import random
import unittest

import main


class ComputedTest(unittest.TestCase):
    def test_computed(self):
        for n in range(-3, 12):
            expected = sum(n for _ in range(n)) if n > 0 else n * n
            self.assertEqual(main.square(n), expected)

    def test_chance(self):
        n = random.randint(1, 1000)
        wanted = n * n
        self.assertEqual(main.square(n), wanted)
        self.assertTrue(main.square(n) == n**2)
