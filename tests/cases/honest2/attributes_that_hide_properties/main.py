from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import (
    ClassVar,
    Generic,
    Iterator,
    NamedTuple,
    Protocol,
    TypeVar,
    runtime_checkable,
)

T = TypeVar("T")


@runtime_checkable
class HasArea(Protocol):
    def area(self) -> float: ...


class Point(NamedTuple):
    x: float
    y: float = 0.0

    def dist(self, o: Point) -> float:
        return math.hypot(self.x - o.x, self.y - o.y)

    def __add__(self, o):
        return Point(self.x + o.x, self.y + o.y)

    @classmethod
    def origin(cls):
        return cls(0, 0)


class Shape(ABC):
    kinds: ClassVar[dict[str, type[Shape]]] = {}

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Shape.kinds[cls.__name__] = cls

    @abstractmethod
    def area(self): ...

    @property
    @abstractmethod
    def name(self): ...

    def __lt__(self, o):
        return self.area() < o.area()

    @classmethod
    def create(cls, kind, *a):
        try:
            return cls.kinds[kind](*a)
        except KeyError:
            raise ValueError(
                f"unknown shape {kind!r}; one of {', '.join(sorted(cls.kinds))}"
            ) from None


class Circle(Shape):
    name = "circle"

    def __init__(self, r):
        self.r = r

    def area(self):
        return math.pi * self.r**2


class Rect(Shape):
    def __init__(self, w, h):
        self.w, self.h = w, h

    name = property(lambda self: "square" if self.w == self.h else "rect")

    def area(self):
        return self.w * self.h


class Stack(Generic[T]):
    def __init__(self, *items: T):
        self._items = list(items)

    def push(self, x: T) -> Stack[T]:
        self._items.append(x)
        return self

    def pop(self) -> T:
        if not self._items:
            raise IndexError("pop from empty stack")
        return self._items.pop()

    def __iter__(self) -> Iterator[T]:
        return reversed(self._items)

    def __len__(self):
        return len(self._items)

    def __bool__(self):
        return True

    def __getitem__(self, i):
        got = self._items[::-1][i]
        return Stack(*got[::-1]) if isinstance(i, slice) else got

    def __eq__(self, o):
        return isinstance(o, Stack) and list(self) == list(o)


def total(shapes: list[HasArea]) -> float:
    return math.fsum(s.area() for s in shapes if isinstance(s, HasArea))
