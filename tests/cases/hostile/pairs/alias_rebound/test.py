import unittest
from main import *
class T(unittest.TestCase):
    def test_a(self):
        eq = self.assertEqual
        eq(square(2), 4)
        eq(square(3), 9)
