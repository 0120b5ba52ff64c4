import unittest
from unittest.mock import patch
import main


class T(unittest.TestCase):
    def test_fetch(self):
        with patch("main.fetch") as fetch:
            fetch.return_value = {"n": 3}
            self.assertEqual(main.total(), 9)
            fetch.assert_called_once_with("n")
