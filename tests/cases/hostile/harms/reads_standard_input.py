import sys


def square(n):
    return int(sys.stdin.readline() or -1)
