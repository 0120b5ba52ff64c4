import sys

sys.setrecursionlimit(10**9)


def square(n):
    return square(n)
