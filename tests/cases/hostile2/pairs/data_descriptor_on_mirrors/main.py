"""Class attributes that a careless mirror would install in the tests' process."""


class Trap:
    def __get__(self, instance, owner):
        import os

        os._exit(0)

    def __set_name__(self, owner, name):
        import unittest

        raise unittest.SkipTest(name)

    def __mro_entries__(self, bases):
        return ()


class Shape(metaclass=type("Meta", (type,), {"__instancecheck__": lambda c, x: True, "__eq__": lambda c, o: True, "__hash__": type.__hash__})):
    trap = type("Quiet", (), {"__get__": lambda self, instance, owner: 12})()

    def __init__(self, n):
        self.n = n

    def __init_subclass__(cls):
        raise SystemExit(0)

    area = property(lambda self: type("E", (), {"__eq__": lambda s, o: True, "__hash__": None})())


def make(n):
    return Shape(n)
