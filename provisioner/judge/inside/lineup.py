"""Comparisons of the code's objects with plain data of the tests.

An object's class is the code's and may lie. It is shown the value among others near to it, and
has to know which one it equals; two of the code's own objects compare as their class says.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from . import containers, mirrored, values
from .canaries import canaries, strangers

if TYPE_CHECKING:
    from .objects import Space

_PARTS = 100_000
_OPPOSITE = {"__lt__": "__ge__", "__ge__": "__lt__", "__gt__": "__le__", "__le__": "__gt__"}


class LineUp:
    """Compares for one Space.

    Attributes:
        trusted: numbers of objects that the tests made themselves, by calling their class.
        remarks: classes that are equal to more than one value, by name.
    """

    def __init__(self, space: Space) -> None:
        self._space, self._chance = space, random.SystemRandom()
        self.trusted: set[int] = set()
        self.remarks: set[str] = set()

    def note_made(self, items: list[Any]) -> None:
        """Remember what the tests made."""
        for one in items:
            number = mirrored.number_of(one)
            if number:
                self.trusted.add(number)

    def compare(self, witness: Any, name: str, other: Any) -> Any:
        """The result of ``witness.name(other)``."""
        content = _content(witness)
        if not _is_plain(other):
            return self._space.peer.request("special", witness, name, (other,))
        if name in ("__eq__", "__ne__"):
            if content is not None and content[0] == other:
                return name == "__eq__"
            said = self._equal(witness, other)
            if said is NotImplemented or name == "__eq__":
                return said
            return not said
        return self._ordered(witness, name, other)

    def _equal(self, witness: Any, expected: Any) -> Any:
        others = canaries(expected, self._chance)
        place = self._chance.randrange(len(others) + 1)
        row = [*others[:place], expected, *others[place:]]
        answers = self._space.peer.request("line up", witness, "==", row)
        if answers[place] is None:
            return self._space.peer.request("special", witness, "__eq__", (expected,))
        more = answers.count(True) - 1
        if answers[place] is not True or more <= 0:
            return answers[place]
        self.remarks.add(type(witness).__name__)
        if mirrored.number_of(witness) in self.trusted and more < len(others):
            return True
        allowed = len(others) // 3 if type(expected) in (int, float) else 1
        return more <= allowed

    def contains(self, container: Any, item: Any) -> Any:
        """The result of ``item in container``."""
        if not _is_plain(item):
            return self._space.peer.request("special", container, "__contains__", (item,))
        row = [*strangers(item, self._chance), item]
        self._chance.shuffle(row)
        place = next(index for index, value in enumerate(row) if value is item)
        answers = self._space.peer.request("line up", container, "contains", row)
        if answers[place] is None:
            return self._space.peer.request("special", container, "__contains__", (item,))
        return answers[place] is True and not all(answers)

    def _ordered(self, witness: Any, name: str, other: Any) -> Any:
        row = [other, *(one for one in canaries(other, self._chance) if type(one) is type(other))]
        self._chance.shuffle(row)
        place = next(index for index, value in enumerate(row) if value is other)
        answers = self._space.peer.request("line up", witness, name, row)
        if answers[place] is None:
            return self._space.peer.request("special", witness, name, (other,))
        opposite = self._space.peer.request("line up", witness, _OPPOSITE[name], row)
        if any(yes and no for yes, no in zip(answers, opposite, strict=True)):
            return False
        pairs = sorted(zip(row, map(bool, answers), strict=True), key=lambda pair: pair[0])
        line = [answer for _, answer in pairs]
        return answers[place] and line == sorted(line, reverse=name in ("__gt__", "__ge__"))


def _content(value: Any) -> tuple[Any] | None:
    for base in type(value).__mro__:
        if base in values.CONTENT:
            return (values.CONTENT[base](value),)
    return None


def _is_plain(value: Any, budget: int = 10_000) -> bool:
    """Whether a value is builtin data through and through."""
    kind = type(value)
    if kind in values.ATOMS or kind in values.WRITERS:
        return True
    if kind in (list, tuple, set, frozenset, bytearray):
        return len(value) < budget and all(_is_plain(part, budget) for part in value)
    if kind in containers.KINDS:
        try:
            return all(_is_plain(part, budget) for part in containers.KINDS[kind][0](value))
        except Exception:
            return False
    return False
