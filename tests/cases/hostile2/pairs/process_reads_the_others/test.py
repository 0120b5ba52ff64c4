import subprocess
import sys


def test_it():
    done = subprocess.run([sys.executable, "main.py"], capture_output=True, text=True)
    print(done.stdout)
    assert done.stdout == "4\n"
