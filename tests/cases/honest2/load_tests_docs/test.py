import doctest
import unittest

import main


def load_tests(loader, tests, ignore):
    tests.addTests(doctest.DocTestSuite(main))
    return tests


class RationalTest(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(sum([main.Rational(1, 4)] * 3, main.Rational(0)), main.Rational(3, 4))


if __name__ == "__main__":
    unittest.main()
