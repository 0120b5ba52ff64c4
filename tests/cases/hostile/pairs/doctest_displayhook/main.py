import sys

sys.displayhook = lambda v: None


def square(n):
    return -1
