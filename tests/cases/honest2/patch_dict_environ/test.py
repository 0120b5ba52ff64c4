import os
import unittest
from unittest.mock import patch

import main


class EnvTest(unittest.TestCase):
    @patch.dict(os.environ, {"APP_PORT": "99", "APP_DEBUG": "Yes"}, clear=True)
    def test_set(self):
        self.assertEqual(main.load(), {"HOST": "localhost", "PORT": 99, "DEBUG": True})

    @patch.dict("os.environ", {}, clear=True)
    def test_defaults(self):
        self.assertEqual(main.load()["PORT"], 8000)
        self.assertFalse(main.load()["DEBUG"])

    def test_bad(self):
        with patch.dict(os.environ, APP_PORT="x"):
            with self.assertRaises(SystemExit) as caught:
                main.load()
        self.assertEqual(str(caught.exception.code), "APP_PORT must be a number, not x")

    def test_defaults_patched(self):
        with patch.dict(main.DEFAULTS, {"HOST": "example.org"}):
            self.assertEqual(main.load("NO_")["HOST"], "example.org")
        self.assertEqual(main.load("NO_")["HOST"], "localhost")

    def test_home(self):
        os.environ["HOME"], before = "/home/me", os.environ.get("HOME", "/")
        try:
            self.assertEqual(main.home(), "/home/me/.app")
        finally:
            os.environ["HOME"] = before


if __name__ == "__main__":
    unittest.main()
