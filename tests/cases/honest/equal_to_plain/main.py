class Money:
    def __init__(self, cents):
        self.cents = cents

    def __eq__(self, o):
        return self.cents == (o.cents if isinstance(o, Money) else o)

    def __lt__(self, o):
        return self.cents < (o.cents if isinstance(o, Money) else o)

    def __gt__(self, o):
        return self.cents > (o.cents if isinstance(o, Money) else o)

    def __add__(self, o):
        return Money(self.cents + (o.cents if isinstance(o, Money) else o))

    def __hash__(self):
        return hash(self.cents)


class Name(str):
    def __eq__(self, o):
        return self.lower() == o.lower()

    def __ne__(self, o):
        return not self == o

    __hash__ = str.__hash__


class Bag:
    def __init__(self, xs):
        self.xs = sorted(xs)

    def __eq__(self, o):
        return self.xs == sorted(o)

    def __iter__(self):
        return iter(self.xs)
