import sys
import unittest
from main import median
class MedianTests(unittest.TestCase):
    def test_odd(self): self.assertEqual(median([3, 1, 2]), 2)
    def test_even(self): self.assertEqual(median([4, 1, 2, 3]), 2.5)
def suite():
    s = unittest.TestSuite()
    s.addTest(MedianTests("test_odd"))
    s.addTest(MedianTests("test_even"))
    return s
if __name__ == "__main__":
    runner = unittest.TextTestRunner(verbosity=2, stream=sys.stdout)
    result = runner.run(suite())
    sys.exit(not result.wasSuccessful())
