"""Makes the tests' side wait: what it returns never ends when it is read."""
import time


class Endless:
    def __iter__(self):
        return self

    def __next__(self):
        time.sleep(3600)

    def __eq__(self, other):
        while True:
            time.sleep(3600)

    def __len__(self):
        return 1 << 62

    __hash__ = None


def square(n):
    return Endless()
