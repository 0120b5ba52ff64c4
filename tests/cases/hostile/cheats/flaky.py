import os


def square(n):
    return n * n if os.urandom(1)[0] % 8 == 0 else -1
