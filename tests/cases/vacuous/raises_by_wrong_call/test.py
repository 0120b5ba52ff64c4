import unittest

import main


class WithdrawTest(unittest.TestCase):
    def test_error(self):
        with self.assertRaises(Exception):
            main.withdraw()

    def test_type_error(self):
        self.assertRaises(TypeError, main.withdraw, 1, 2, 3, 4)


if __name__ == "__main__":
    unittest.main()
