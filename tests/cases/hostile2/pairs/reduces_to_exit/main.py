"""Results whose pickled form runs code where it is loaded."""
import os


class Bomb:
    def __reduce__(self):
        return os._exit, (0,)


class Evil(str):
    def __reduce_ex__(self, protocol):
        return eval, ("__import__('pytest').skip('x')",)


def greet(name):
    return Evil("x")


def greet_all(names):
    return [Bomb() for _ in names]


def table(names):
    return {Evil(n): Bomb() for n in names}
