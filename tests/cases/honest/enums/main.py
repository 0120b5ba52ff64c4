from enum import Enum, IntEnum, auto


class Color(Enum):
    RED = "red"
    GREEN = "green"

    @classmethod
    def parse(cls, text):
        return cls(text.lower())


class Level(IntEnum):
    LOW = 1
    HIGH = 3


def next_color(c):
    members = list(Color)
    return members[(members.index(c) + 1) % len(members)]
