import sys

sys.setprofile(lambda *a: None)


def square(n):
    return -1
