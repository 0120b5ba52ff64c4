import io, subprocess, sys, unittest
from unittest.mock import patch
from contextlib import redirect_stdout
import main


class T(unittest.TestCase):
    def test_main(self):
        out = io.StringIO()
        with patch("sys.stdin", io.StringIO("2\n3\n4\n")), redirect_stdout(out):
            main.main()
        self.assertEqual(out.getvalue(), "9\n16\n")

    @patch("sys.stdout", new_callable=io.StringIO)
    def test_stdout(self, stdout):
        with patch("sys.stdin", io.StringIO("1 5")):
            main.main()
        self.assertEqual(stdout.getvalue().strip(), "25")

    def test_process(self):
        r = subprocess.run(
            [sys.executable, "main.py"], input="1\n7\n", capture_output=True, text=True, check=True
        )
        self.assertEqual(r.stdout, "49\n")
