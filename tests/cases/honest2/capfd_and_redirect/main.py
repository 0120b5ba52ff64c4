import os
import sys


def progress(n, total, out=None):
    out = out or sys.stdout
    bar = "#" * (10 * n // total)
    print(f"\r[{bar:<10}] {100 * n // total:3d}%", end="", file=out)
    if n == total:
        print(file=out)


def shell_like(text):
    os.write(1, text.encode())


def warn(message):
    sys.stderr.write(f"warning: {message}\n")
