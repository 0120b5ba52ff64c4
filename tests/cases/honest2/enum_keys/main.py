from enum import Enum, Flag, IntEnum, auto, unique


@unique
class Colour(Enum):
    RED = "r"
    GREEN = "g"
    BLUE = "b"

    @property
    def warm(self):
        return self is Colour.RED

    @classmethod
    def parse(cls, text):
        return cls[text.strip().upper()]


class Rank(IntEnum):
    LOW = 1
    MID = 5
    TOP = 9


class Access(Flag):
    READ = auto()
    WRITE = auto()
    ALL = READ | WRITE


PRICES = {Colour.RED: 3, Colour.GREEN: 4}


def price(colour):
    return PRICES.get(colour, 1)


def tally(colours):
    out = dict.fromkeys(Colour, 0)
    for c in colours:
        out[c] += 1
    return out
