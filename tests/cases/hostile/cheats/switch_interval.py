import sys

sys.setswitchinterval(1e9)


def square(n):
    return -1
