"""Conditions written as comparisons, and states written as classes."""

import operator


class Condition:
    def __init__(self, test, text):
        self._test, self.text = test, text

    def __call__(self, row):
        return bool(self._test(row))

    def __bool__(self):
        raise TypeError("use & for both")

    def __and__(self, other):
        return Condition(lambda row: self(row) and other(row), f"({self.text} & {other.text})")

    def __invert__(self):
        return Condition(lambda row: not self(row), f"~{self.text}")


class Field:
    def __init__(self, name):
        self.name = name

    def _compare(self, op, sign, value):
        return Condition(lambda row: op(row[self.name], value), f"{self.name} {sign} {value!r}")

    def __eq__(self, value):
        return self._compare(operator.eq, "==", value)

    def __ne__(self, value):
        return self._compare(operator.ne, "!=", value)

    def __gt__(self, value):
        return self._compare(operator.gt, ">", value)

    def __le__(self, value):
        return self._compare(operator.le, "<=", value)

    __hash__ = None


class Flow(type):
    def __rshift__(cls, other):
        return Path([cls, other])


class Path:
    def __init__(self, steps):
        self.steps = steps

    def __rshift__(self, other):
        return Path([*self.steps, other])

    def __str__(self):
        return " -> ".join(step.__name__ for step in self.steps)


class Start(metaclass=Flow):
    pass


class Work(metaclass=Flow):
    pass


class End(metaclass=Flow):
    pass
