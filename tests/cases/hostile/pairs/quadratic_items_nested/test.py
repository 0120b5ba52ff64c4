import unittest
import main
class T(unittest.TestCase):
    def test_same(self):
        self.assertCountEqual(main.left(), main.right())
    def test_two(self):
        self.assertEqual(main.square(2), 4)
