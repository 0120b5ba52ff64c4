import subprocess
import sys
from pathlib import Path

MAIN = Path(__file__).with_name("main.py")


def ask(n):
    return subprocess.run([sys.executable, str(MAIN), str(n)], capture_output=True, text=True).stdout


def test_square():
    assert ask(3).strip() == "9"
    assert ask(5).strip() == "25"
