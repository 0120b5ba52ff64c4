import unittest
from main import add
class T(unittest.TestCase):
    def test_add(self):
        eq = self.assertEqual
        eq(add(1, 2), 3)
        eq(add(-1, 1), 0)
    def test_list(self):
        eq, ok = self.assertEqual, self.assertTrue
        eq(add([1], [2]), [1, 2])
        ok(add("a", "b") == "ab")
if __name__ == "__main__":
    unittest.main()
