import unittest
from main import square
class T(unittest.TestCase):
    def test_two(self): self.assertEqual(square(2), 4)
