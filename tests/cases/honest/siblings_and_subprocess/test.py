import io
import json
import os
import subprocess
import sys
import unittest
from contextlib import redirect_stdout
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from main import cli, total


class Cart(unittest.TestCase):
    def test_total(self):
        self.assertEqual(total({"pen": 2, "ink": 1}), 5)

    def test_cli(self):
        out = io.StringIO()
        with redirect_stdout(out):
            self.assertEqual(cli(['{"pen": 1}']), 0)
        self.assertEqual(json.loads(out.getvalue()), {"total": 1})

    def test_bad_usage(self):
        with self.assertRaises(SystemExit) as caught:
            cli([])
        self.assertEqual(caught.exception.code, 2)

    def test_process(self):
        main = Path(__file__).parent / "main.py"
        done = subprocess.run([sys.executable, str(main), '{"ink": 2}'], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(json.loads(done.stdout), {"total": 6})


if __name__ == "__main__":
    unittest.main()
