from functools import total_ordering
import math


@total_ordering
class Vector:
    def __init__(self, *xs):
        self.xs = tuple(xs)

    def __eq__(self, o):
        return isinstance(o, Vector) and self.xs == o.xs

    def __hash__(self):
        return hash(self.xs)

    def __lt__(self, o):
        return abs(self) < abs(o)

    def __add__(self, o):
        return Vector(*(a + b for a, b in zip(self.xs, o.xs)))

    def __sub__(self, o):
        return Vector(*(a - b for a, b in zip(self.xs, o.xs)))

    def __mul__(self, k):
        return Vector(*(a * k for a in self.xs))

    __rmul__ = __mul__

    def __matmul__(self, o):
        return sum(a * b for a, b in zip(self.xs, o.xs))

    def __neg__(self):
        return self * -1

    def __abs__(self):
        return math.sqrt(self @ self)

    def __getitem__(self, i):
        return self.xs[i]

    def __bool__(self):
        return any(self.xs)

    def __repr__(self):
        return f"Vector{self.xs}"

    def __format__(self, spec):
        return "<" + ", ".join(format(x, spec) for x in self.xs) + ">"
