import unittest
from main import Counter


class T(unittest.TestCase):
    def setUp(self):
        self.c = Counter()

    def test_a(self):
        self.c.inc()
        self.c.inc()
        self.assertEqual(self.c.value, 2)

    def test_b(self):
        self.assertEqual(self.c.value, 0)
        self.c.inc(5)
        self.assertEqual(self.c.value, 5)
