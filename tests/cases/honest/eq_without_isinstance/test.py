import unittest
from main import Point, Vec
class T(unittest.TestCase):
    def test_eq(self):
        self.assertEqual(Point(1, 2), Point(1, 2))
        self.assertNotEqual(Point(1, 2), Point(2, 2))
    def test_add(self):
        self.assertEqual(Vec([1, 2]) + Vec([3, 4]), Vec([4, 6]))
        assert Vec([1]) != Vec([2])
    def test_in(self):
        self.assertIn(Point(1, 2), [Point(0, 0), Point(1, 2)])
        self.assertEqual([Point(0, 1)], [Point(0, 1)])
if __name__ == "__main__":
    unittest.main()
