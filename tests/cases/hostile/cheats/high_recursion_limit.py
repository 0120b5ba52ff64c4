import sys, threading

sys.setrecursionlimit(10**9)
threading.stack_size(1 << 16)


def f():
    return f()


def square(n):
    return f()
