from functools import partial, reduce, singledispatch, total_ordering


@singledispatch
def show(value):
    return f"<{type(value).__name__}>"


@show.register
def _(value: int):
    return f"int:{value}"


@show.register(list)
def _(value):
    return "[" + " ".join(show(v) for v in value) + "]"


@show.register
def _(value: str):
    return value


def compose(*functions):
    return reduce(lambda f, g: lambda x: g(f(x)), functions, lambda x: x)


half = partial(round, ndigits=1)


@total_ordering
class Grade:
    def __init__(self, letter):
        self.letter = letter

    def __eq__(self, other):
        return self.letter == other.letter if isinstance(other, Grade) else NotImplemented

    def __lt__(self, other):
        return self.letter > other.letter if isinstance(other, Grade) else NotImplemented
