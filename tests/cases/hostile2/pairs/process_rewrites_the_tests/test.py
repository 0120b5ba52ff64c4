import subprocess
import sys


def test_it(tmp_path):
    done = subprocess.run([sys.executable, "main.py"], capture_output=True, text=True)
    assert done.stdout == ""
    import main

    assert main.double(2) == 4
