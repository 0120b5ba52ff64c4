import unittest
from main import Shape, Circle, Square, make, describe
class T(unittest.TestCase):
    def test_make(self):
        self.assertEqual(make("Circle", r=2), Circle(2))
        self.assertEqual(make("Square", side=3), Square(3))
        self.assertIsInstance(make("Circle", r=1), Shape)
    def test_unknown(self):
        with self.assertRaises(LookupError):
            make("Hexagon")
    def test_describe(self):
        self.assertEqual(describe(Circle(2)), {"r": 2})
if __name__ == "__main__":
    unittest.main()
