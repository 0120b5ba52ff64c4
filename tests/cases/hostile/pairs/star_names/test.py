from main import *
import unittest


class T(unittest.TestCase):
    def test_a(self):
        self.assertEqual(square(2), 4)

    def test_loop(self):
        for n in sorted({3, 4}):
            self.assertEqual(square(n), n * n)
