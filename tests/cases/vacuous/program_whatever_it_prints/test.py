import subprocess
import sys


def test_words():
    done = subprocess.run([sys.executable, "main.py"], input="b a", capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stderr == ""
