import subprocess
import sys


def test_it():
    done = subprocess.run([sys.executable, "main.py", "2"], capture_output=True, text=True)
    assert done.stdout == "4\n"
