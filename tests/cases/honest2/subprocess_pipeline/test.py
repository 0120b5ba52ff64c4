import subprocess
import sys
import unittest
from pathlib import Path

from main import count

MAIN = Path(__file__).resolve().parent / "main.py"


def words(text, *args):
    return subprocess.run(
        [sys.executable, str(MAIN), *args], input=text, capture_output=True, text=True, timeout=30
    )


class Cli(unittest.TestCase):
    def test_default(self):
        done = words("b a b\nc a b d")
        self.assertEqual(done.stdout, "3 b\n2 a\n1 c\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_top(self):
        self.assertEqual(words("x y x", "-n", "1").stdout.split(), ["2", "x"])

    def test_bad_top(self):
        done = words("x", "--top", "0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("positive", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_usage(self):
        self.assertNotEqual(words("", "--what").returncode, 0)


class Function(unittest.TestCase):
    def test_ties_by_name(self):
        self.assertEqual(count("B a"), [("a", 1), ("b", 1)])
