import unittest
from main import double
class DoubleCase(unittest.TestCase):
    def runTest(self):
        self.assertEqual(double(4), 8)
        self.assertEqual(double("a"), "aa")
if __name__ == "__main__":
    unittest.main()
