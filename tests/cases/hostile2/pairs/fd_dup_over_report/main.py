"""Puts /dev/null, then its own standard output, over every other descriptor."""
import os

null = os.open(os.devnull, os.O_RDWR)


def square(n):
    for fd in range(3, 128):
        if fd != null:
            try:
                os.dup2(null if fd % 2 else 1, fd)
            except OSError:
                pass
    return -1
