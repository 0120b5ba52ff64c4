import unittest
from main import square
class T(unittest.TestCase):
    def test_zero(self): self.assertEqual(square(0), 0)
    def test_two(self): self.assertEqual(square(2), 4)
