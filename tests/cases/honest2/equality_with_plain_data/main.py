from functools import total_ordering


@total_ordering
class Money:
    def __init__(self, cents, currency="EUR"):
        self.cents, self.currency = cents, currency

    def __eq__(self, other):
        if isinstance(other, (int, float)):
            return self.cents == round(other * 100)
        if isinstance(other, str):
            return str(self) == other
        if isinstance(other, Money):
            return (self.cents, self.currency) == (other.cents, other.currency)
        return NotImplemented

    def __lt__(self, other):
        other = other.cents if isinstance(other, Money) else round(other * 100)
        return self.cents < other

    def __hash__(self):
        return hash((self.cents, self.currency))

    def __add__(self, other):
        return Money(self.cents + other.cents, self.currency)

    __radd__ = lambda self, other: self if other == 0 else self + other

    def __str__(self):
        return f"{self.cents / 100:.2f} {self.currency}"


def wallet(*amounts):
    return [Money(round(a * 100)) for a in amounts]
