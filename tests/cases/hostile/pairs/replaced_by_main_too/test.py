import random
import time
import unittest
import main
class T(unittest.TestCase):
    def setUp(self):
        self.old = random.randint
        random.randint = lambda a, b: 5
    def tearDown(self):
        random.randint = self.old
    def test_roll(self):
        self.assertEqual(main.roll(), 5)
    def test_many(self):
        n = 3
        self.assertEqual([main.roll() for _ in range(n)], [5] * n)
