class Poly:
    def __init__(self, *c):
        while c and c[-1] == 0:
            c = c[:-1]
        self.c = c

    def __call__(self, x):
        total = 0
        for k in reversed(self.c):
            total = total * x + k
        return total

    def __add__(self, other):
        if isinstance(other, (int, float)):
            other = Poly(other)
        n = max(len(self.c), len(other.c))
        pad = lambda c: c + (0,) * (n - len(c))
        return Poly(*(a + b for a, b in zip(pad(self.c), pad(other.c))))

    __radd__ = __add__

    def __iadd__(self, other):
        self.c = (self + other).c
        return self

    def __mul__(self, other):
        out = [0] * (len(self.c) + len(other.c))
        for i, a in enumerate(self.c):
            for j, b in enumerate(other.c):
                out[i + j] += a * b
        return Poly(*out)

    def __pow__(self, n):
        out = Poly(1)
        for _ in range(n):
            out = out * self
        return out

    def __eq__(self, other):
        return self.c == other.c

    def __int__(self):
        return int(self(1))

    def __index__(self):
        return len(self.c)

    def __len__(self):
        return len(self.c)
