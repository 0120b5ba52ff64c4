from enum import Flag, IntEnum, StrEnum, auto, unique


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W
    ALL = RW | X

    @classmethod
    def parse(cls, text):
        out = cls(0)
        for ch in text:
            if ch != "-":
                out |= cls[ch.upper()]
        return out

    def __str__(self):
        return "".join(p.name.lower() if p in self else "-" for p in (Perm.R, Perm.W, Perm.X))


@unique
class Level(IntEnum):
    LOW = 1
    MID = 5
    HIGH = 10

    @property
    def next(self):
        members = list(type(self))
        i = members.index(self)
        return members[min(i + 1, len(members) - 1)]

    @classmethod
    def _missing_(cls, value):
        if isinstance(value, str):
            return cls.__members__.get(value.upper())
        return max((m for m in cls if m <= value), default=None)


class Color(StrEnum):
    RED = auto()
    DARK_BLUE = "dark-blue"
