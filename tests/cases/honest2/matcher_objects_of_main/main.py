import re


class Approx:
    def __init__(self, value, tolerance=0.01):
        self.value, self.tolerance = value, tolerance

    def __eq__(self, other):
        return abs(other - self.value) <= self.tolerance

    def __repr__(self):
        return f"about {self.value}"


class Like:
    def __init__(self, pattern):
        self.pattern = re.compile(pattern)

    def __eq__(self, other):
        return isinstance(other, str) and bool(self.pattern.fullmatch(other))


class Mod:
    def __init__(self, n, m):
        self.n, self.m = n % m, m

    def __eq__(self, other):
        return self.n == (other.n if isinstance(other, Mod) else other % self.m)

    def __pow__(self, e):
        return Mod(pow(self.n, e, self.m), self.m)
