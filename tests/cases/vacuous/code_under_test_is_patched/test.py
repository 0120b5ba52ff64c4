import unittest
from unittest.mock import patch

import main


class ConvertTest(unittest.TestCase):
    @patch("main.convert", return_value=11.0)
    def test_convert(self, convert):
        self.assertEqual(main.convert(10, "USD"), 11.0)
        convert.assert_called_once_with(10, "USD")

    @patch.object(main, "rate", return_value=2)
    def test_rate(self, rate):
        self.assertEqual(main.rate("EUR"), 2)


if __name__ == "__main__":
    unittest.main()
