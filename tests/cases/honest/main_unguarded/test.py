import unittest

from main import double


class Doubling(unittest.TestCase):
    def test_one(self):
        self.assertEqual(double(1), 2)

    def test_text(self):
        self.assertEqual(double("ab"), "abab")


unittest.main()
