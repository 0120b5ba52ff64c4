import doctest
import unittest

import main


class DocTest(unittest.TestCase):
    def test_documentation(self):
        result = doctest.testmod(main)
        self.assertEqual(result.failed, 0)
        self.assertEqual(result.attempted, 4)


class WrapTest(unittest.TestCase):
    def test_wide(self):
        self.assertEqual(main.wrap("a b c", 80), ["a b c"])
        self.assertEqual(main.wrap(" a  b ", 1), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
