from dataclasses import dataclass, field, asdict


@dataclass(order=True)
class Item:
    name: str
    price: float
    tags: list = field(default_factory=list, compare=False)

    def discounted(self, pct):
        return Item(self.name, round(self.price * (1 - pct / 100), 2), list(self.tags))


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

    def __add__(self, o):
        return Point(self.x + o.x, self.y + o.y)


def total(items):
    return sum(i.price for i in items)
