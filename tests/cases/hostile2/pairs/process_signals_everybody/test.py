import subprocess
import sys

import pytest


@pytest.mark.parametrize("number", ["2", "10", "15", "14", "1", "9"])
def test_it(number):
    done = subprocess.run([sys.executable, "main.py", number], capture_output=True, text=True)
    assert done.stdout == "4\n"
