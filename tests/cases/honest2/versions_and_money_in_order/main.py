import functools
import math


@functools.total_ordering
class Version:
    def __init__(self, text):
        main, _, pre = text.partition("-")
        self.release = tuple(int(p) for p in main.split("."))
        self.pre = tuple(int(p) if p.isdigit() else p for p in pre.split(".")) if pre else ()

    def _key(self):
        return (self.release, not self.pre, tuple((isinstance(p, str), p) for p in self.pre))

    def __eq__(self, other):
        if isinstance(other, str):
            other = Version(other)
        if not isinstance(other, Version):
            return NotImplemented
        return self._key() == other._key()

    def __lt__(self, other):
        if isinstance(other, str):
            other = Version(other)
        if not isinstance(other, Version):
            return NotImplemented
        return self._key() < other._key()

    def __hash__(self):
        return hash(self._key())

    def __str__(self):
        s = ".".join(map(str, self.release))
        return s + ("-" + ".".join(map(str, self.pre)) if self.pre else "")

    def __repr__(self):
        return f"Version({str(self)!r})"

    def __format__(self, spec):
        if spec == "short":
            return ".".join(map(str, self.release[:2]))
        return format(str(self), spec)

    def bump(self, part="patch"):
        i = ["major", "minor", "patch"].index(part)
        r = list(self.release) + [0] * (3 - len(self.release))
        r[i] += 1
        r[i + 1:] = [0] * (2 - i)
        return Version(".".join(map(str, r)))


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, o):
        return Money(self.cents + (o.cents if isinstance(o, Money) else round(o * 100)))

    __radd__ = __add__

    def __iadd__(self, o):
        self.cents = (self + o).cents
        return self

    def __truediv__(self, n):
        q, r = divmod(self.cents, n)
        return [Money(q + (i < r)) for i in range(n)]

    def __abs__(self):
        return Money(abs(self.cents))

    def __float__(self):
        return self.cents / 100

    def __int__(self):
        return int(self.cents / 100)

    def __index__(self):
        return self.cents

    def __round__(self, n=0):
        return round(self.cents / 100, n)

    def __floor__(self):
        return self.cents // 100

    def __ceil__(self):
        return -(-self.cents // 100)

    def __eq__(self, o):
        return isinstance(o, Money) and o.cents == self.cents

    def __bool__(self):
        return self.cents != 0

    def __call__(self, fmt="{:.2f}"):
        return fmt.format(float(self))
