"""Whether objects of the sandbox are in an order, by more than one answer of theirs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Protocol

from provisioner.judge.canaries import canaries
from provisioner.judge.plain import Opaque, encode


class Ask(Protocol):
    """Asks the sandbox to compare what it holds; None where that raised."""

    def __call__(
        self, operation: str, left: object, rights: Sequence[object], *more: object
    ) -> list[bool | None]: ...


OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def in_order(name: str, left: object, right: object, ask: Ask, chance: random.Random) -> bool:
    """Whether `left name right`, an object of the sandbox being at least one of them."""
    if not isinstance(left, Opaque):
        name, left, right = _SWAPPED[name], right, left
    if not isinstance(left, Opaque):
        return False  # objects inside of plain containers are in no order
    if isinstance(right, Opaque):
        return _of_two(name, left, right, ask, chance)
    return _along_a_line(name, left, right, ask, chance)


def _of_two(name: str, left: Opaque, right: Opaque, ask: Ask, chance: random.Random) -> bool:
    """Both are asked, in any order: it holds, and neither it nor its reverse is denied."""
    questions = [
        (name, left, right, True),
        (name, left, right, True),
        (OPPOSITE[name], left, right, False),
        (_SWAPPED[OPPOSITE[name]], right, left, False),
    ]
    chance.shuffle(questions)
    answers = [(ask(question, one, [other]), holds) for question, one, other, holds in questions]
    return all((answer == [True]) is holds for answer, holds in answers)


def _along_a_line(name: str, witness: Opaque, value: Any, ask: Ask, chance: random.Random) -> bool:
    """The witness has one place among values around the one in question, and keeps to it."""
    row = [value, *(one for one in canaries(value, chance) if type(one) is type(value))]
    chance.shuffle(row)
    sent = [encode(one) for one in row]
    names = [name, OPPOSITE[name]]
    chance.shuffle(names)
    said = {one: ask(one, witness, sent) for one in names}
    holds = [answer is True for answer in said[name]]
    denied = [answer is True for answer in said[OPPOSITE[name]]]
    if any(yes and no for yes, no in zip(holds, denied, strict=True)):
        return False
    line = [answer for _, answer in sorted(zip(row, holds, strict=True), key=lambda pair: pair[0])]
    return holds[row.index(value)] and line == sorted(line, reverse=name in (">", ">="))
