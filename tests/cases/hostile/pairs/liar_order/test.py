import unittest
from main import area, volume


class T(unittest.TestCase):
    def test_order(self):
        self.assertGreater(area(3), 27)
        self.assertLess(area(3), 29)
        self.assertLessEqual(volume(2), 8)
        self.assertGreaterEqual(volume(2), 8)
        self.assertTrue(area(2) > 11)
