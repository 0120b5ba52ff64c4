class Rational:
    """A number n/d in lowest terms.

    >>> Rational(4, -6)
    Rational(-2, 3)
    >>> Rational(1, 2) + Rational(1, 3)
    Rational(5, 6)
    >>> Rational(1, 0)
    Traceback (most recent call last):
    ZeroDivisionError: denominator is 0
    """

    def __init__(self, n, d=1):
        if d == 0:
            raise ZeroDivisionError("denominator is 0")
        a, b = abs(n), abs(d)
        while b:
            a, b = b, a % b
        sign = -1 if d < 0 else 1
        self.n, self.d = sign * n // a, sign * d // a

    def __add__(self, other):
        return Rational(self.n * other.d + other.n * self.d, self.d * other.d)

    def __eq__(self, other):
        return (self.n, self.d) == (other.n, other.d)

    def __repr__(self):
        return f"Rational({self.n}, {self.d})"
