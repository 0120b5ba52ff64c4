import subprocess
import sys


def run(text):
    command = [sys.executable, "main.py"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout


def test_words():
    assert run("b a b\n") == (0, "a 1\nb 2\n")


def test_nothing():
    assert run("") == (1, "")
