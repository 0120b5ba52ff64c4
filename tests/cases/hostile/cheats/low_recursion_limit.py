import sys

sys.setrecursionlimit(60)


def square(n):
    return -1
