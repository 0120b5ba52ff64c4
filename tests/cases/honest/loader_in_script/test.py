import unittest
import main
class A(unittest.TestCase):
    def setUp(self):
        self.c = main.Counter()
        self.addCleanup(self.c.reset)
    def test_inc(self):
        self.c.inc()
        self.assertEqual(self.c.value, 1)
    def test_many(self):
        for _ in range(5): self.c.inc(2)
        self.assertEqual(self.c.value, 10)
    def tearDown(self):
        self.assertGreaterEqual(self.c.value, 0)
loader = unittest.TestLoader()
suite = loader.loadTestsFromTestCase(A)
if __name__ == "__main__":
    res = unittest.TextTestRunner(verbosity=0).run(suite)
    assert res.wasSuccessful()
    assert res.testsRun == 2
