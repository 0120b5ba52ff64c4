import doctest
import unittest
import main
def load_tests(loader, tests, ignore):
    tests.addTests(doctest.DocTestSuite(main))
    return tests
class T(unittest.TestCase):
    def test_fact(self):
        self.assertEqual(main.fact(5), 120)
        self.assertEqual(main.fact(1), 1)
if __name__ == "__main__":
    unittest.main()
