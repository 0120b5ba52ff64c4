import unittest
from main import parse


class T(unittest.TestCase):
    def test_kind(self):
        self.assertIsInstance(parse("1"), int)
        self.assertNotIsInstance(parse("1"), str)

    def test_list(self):
        assert isinstance(parse("2"), (int, float))
