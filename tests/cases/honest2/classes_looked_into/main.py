from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


made: dict[str, int] = {}


class Store:
    _only: Store | None = None

    def __new__(cls, *args, **names):
        cls._only = cls._only or super().__new__(cls)
        return cls._only

    def __init__(self, path: str, retries: int = 3):
        self.path, self.retries, self._lock = path, retries, object()

    def __getstate__(self):
        return {"path": self.path, "retries": self.retries}

    def __setstate__(self, state):
        self.__dict__.update(state, _lock=None)


@dataclass
class Settings:
    name: str = "app"
    tags: list[str] = field(default_factory=list, metadata={"help": "labels"})


class Place(NamedTuple):
    lat: float
    lon: float = 0.0


class Series:
    """Compares element by element, like an array."""

    def __init__(self, *values):
        self.values = values

    def __eq__(self, other):
        others = other.values if isinstance(other, Series) else [other] * len(self.values)
        return Series(*(a == b for a, b in zip(self.values, others)))

    def __bool__(self):
        raise ValueError("ambiguous")

    def all(self):
        return all(self.values)
