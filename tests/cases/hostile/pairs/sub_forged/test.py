import subprocess, sys


def run(*a):
    return subprocess.run([sys.executable, "main.py", *a], capture_output=True, text=True)


def test_a():
    r = run("2", "3")
    assert r.returncode == 0
    assert r.stdout.strip() == "5"
