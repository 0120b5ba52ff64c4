from typing import NamedTuple


class P(NamedTuple):
    x: int
    y: int

    def __add__(self, o):
        return P(self.x + o[0], self.y + o[1])

    @property
    def around(self):
        return {self + (i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)} - {self}


class Cell:
    __slots__ = ("pos", "age")

    def __init__(self, pos, age=0):
        self.pos, self.age = pos, age

    def __eq__(self, o):
        return isinstance(o, Cell) and self.pos == o.pos

    def __hash__(self):
        return hash(self.pos)

    def __repr__(self):
        return f"Cell{tuple(self.pos)}"


def step(live):
    live = set(map(P._make, live))
    near = {q for p in live for q in p.around} | live
    return {p for p in near if len(p.around & live) == 3 or (p in live and len(p.around & live) == 2)}


def cells(live):
    return frozenset(Cell(P(*p)) for p in live)


def by_row(live):
    rows = {}
    for p in sorted(live):
        rows.setdefault(p[1], set()).add(Cell(P(*p)))
    return rows
