"""Containers that both processes hold, kept the same: a change travels with the next message."""

from __future__ import annotations

import operator
import sys
from typing import Any

from .containers import KINDS

_refcount = sys.getrefcount
_is = operator.is_


class Link:
    """One container, and what both sides knew it to hold when the last message went."""

    __slots__ = ("content", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.content: Any = None


def _same(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(map(_is, one, other))


class Links:
    """All containers of one side that are linked, by number."""

    def __init__(self, first: int) -> None:
        self._next = first
        self.by_number: dict[int, Link] = {}
        self._numbers: dict[int, int] = {}
        self.dropped: list[int] = []

    def number_of(self, value: Any) -> int:
        """The number of a linked container, 0 for others."""
        return self._numbers.get(id(value), 0)

    def add(self, value: Any, number: int = 0) -> int:
        """Link a container: under the number that the other side gave, or a new one."""
        if not number:
            number = self._next
            self._next += 2
        link = Link(value)
        self.by_number[number] = link
        self._numbers[id(value)] = number
        return number

    def value(self, number: int) -> Any:
        """The container of that number; raises KeyError."""
        return self.by_number[number].value

    def remember(self, value: Any, content: Any) -> None:
        """What it holds now is what both sides know."""
        number = self._numbers.get(id(value))
        if number is not None:
            self.by_number[number].content = content

    def changed(self) -> list[int]:
        """Numbers of those whose content is no longer what both sides know."""
        found = []
        for number, link in self.by_number.items():
            content = KINDS[type(link.value)][0](link.value)
            if link.content is not None and not _same(content, link.content):
                link.content = content
                found.append(number)
        return found

    def forget(self, number: int) -> None:
        """Unlink."""
        link = self.by_number.pop(number, None)
        if link is not None:
            self._numbers.pop(id(link.value), None)

    def sweep(self, changed: list[int]) -> None:
        """Unlink those that nobody here holds any longer, and note that for the other side."""
        for number in [
            number
            for number, link in self.by_number.items()
            if _refcount(link.value) <= _ALONE and number not in changed
        ]:
            self.forget(number)
            self.dropped.append(number)


def _alone() -> int:
    link = Link([])
    seen = [0]
    for _, one in {1: link}.items():
        seen[0] = _refcount(one.value)
    return seen[0]


_ALONE = _alone()
