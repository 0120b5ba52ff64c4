from __future__ import annotations

import threading
from typing import Any, Callable, Generic, TypeVar

T = TypeVar("T")


class Observable(Generic[T]):
    def __init__(self, value: T):
        self._value = value
        self._obs: list[Callable[[T, T], Any]] = []

    @property
    def value(self) -> T:
        return self._value

    @value.setter
    def value(self, new: T) -> None:
        old, self._value = self._value, new
        if old != new:
            for o in tuple(self._obs):
                o(old, new)

    def __iadd__(self, fn):
        self._obs.append(fn)
        return self

    def __isub__(self, fn):
        self._obs.remove(fn)
        return self

    def map(self, fn):
        out = Observable(fn(self.value))

        def update(_, new):
            out.value = fn(new)

        self.__iadd__(update)
        return out


class computed:
    def __init__(self, *deps):
        self.deps = deps

    def __call__(self, fn):
        self.fn = fn
        return self

    def __set_name__(self, owner, name):
        self.slot = f"_c_{name}"

    def __get__(self, obj, owner):
        if obj is None:
            return self
        key = tuple(getattr(obj, d) for d in self.deps)
        hit = obj.__dict__.get(self.slot)
        if hit is None or hit[0] != key:
            obj.__dict__[self.slot] = hit = (key, self.fn(obj))
        return hit[1]


class Rect:
    calls = 0

    def __init__(self, w, h):
        self.w, self.h = w, h

    @computed("w", "h")
    def area(self):
        Rect.calls += 1
        return self.w * self.h
