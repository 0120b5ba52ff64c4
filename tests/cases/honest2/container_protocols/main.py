class Matrix:
    def __init__(self, rows):
        self._rows = [list(r) for r in rows]

    @classmethod
    def identity(cls, n):
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    def __getitem__(self, key):
        if isinstance(key, tuple):
            i, j = key
            return self._rows[i][j]
        return self._rows[key]

    def __setitem__(self, key, value):
        i, j = key
        self._rows[i][j] = value

    def __delitem__(self, i):
        del self._rows[i]

    def __len__(self):
        return len(self._rows)

    def __iter__(self):
        return (x for row in self._rows for x in row)

    def __reversed__(self):
        return reversed(list(self))

    def __contains__(self, x):
        return any(x in row for row in self._rows)

    def __matmul__(self, other):
        columns = list(zip(*other._rows))
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in columns] for r in self._rows])

    def __eq__(self, other):
        return isinstance(other, Matrix) and self._rows == other._rows

    __hash__ = None

    def __bool__(self):
        return any(self)

    def __neg__(self):
        return Matrix([[-x for x in r] for r in self._rows])

    def __round__(self, n=0):
        return Matrix([[round(x, n) for x in r] for r in self._rows])

    def __format__(self, spec):
        return "; ".join(" ".join(format(x, spec) for x in r) for r in self._rows)

    def __call__(self, f):
        return Matrix([[f(x) for x in r] for r in self._rows])
