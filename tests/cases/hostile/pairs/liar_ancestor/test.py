import unittest
from main import greet


class T(unittest.TestCase):
    def test_a(self):
        self.assertEqual(greet("Bob"), "Hello, Bob!")

    def test_b(self):
        self.assertEqual(greet("Ann"), "Hello, Ann!")
