import unittest, time, random
import main
class T(unittest.TestCase):
    def setUp(self):
        self.old = time.monotonic
        time.monotonic = iter([1.0, 4.5]).__next__
    def tearDown(self):
        time.monotonic = self.old
    def test_elapsed(self):
        with main.Timer() as t:
            pass
        self.assertAlmostEqual(t.elapsed, 3.5)
if __name__ == "__main__":
    unittest.main()
