"""Values near to an expected one, that an honest object is not equal to."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence, Sized
from decimal import Decimal
from typing import Any

#: How many stand beside the expected value in a line-up.
COUNT = 24
#: And beside one with many parts, of which each would have to be sent.
FEW = 8
_MANY = 500


def canaries(expected: object, chance: random.Random) -> list[object]:
    """COUNT values, or FEW, of the same shape, all different from the expected one.

    They leave out what a class may rightly take for equal: another case of the same letters, a
    number within rounding, the same value of another type, another order. The expected value is
    not in their middle, where a liar would look for it: each is near to one of the others.
    """
    found: list[object] = []
    many = isinstance(expected, Sized) and len(expected) > _MANY
    count = FEW if many else COUNT
    for attempt in range(count * 40):
        origin = chance.choice(found) if found else _near(expected, chance)
        candidate = _near(origin, chance) if attempt < count * 20 else attempt + chance.random()
        if candidate != expected and candidate not in found:
            found.append(candidate)
        if len(found) == count:
            break
    return found


def strangers(item: object, chance: random.Random) -> list[object]:
    """FEW values far from an item of a container, which are hardly all in it as well."""

    def stranger() -> object:
        match item:
            case bool() | None:
                return chance.random()
            case int():
                return chance.randint(-(1 << 63), 1 << 63)
            case float():
                return chance.uniform(-1e18, 1e18)
            case str():
                return "".join(chance.choices(string.ascii_letters + string.digits, k=16))
            case bytes():
                return chance.randbytes(16)
        return (chance.random(), chance.random())

    return [stranger() for _ in range(FEW)]


def _near(value: object, chance: random.Random) -> object:
    """A value a step away; a step back is as likely as a step forth."""
    match value:
        case bool() | None:
            return chance.choice([2, -1, "no", "", 0.5, (), [], "true", b"", {}])
        case int():
            return value + chance.choice((-1, 1)) * chance.randint(1, 9 + abs(value) // 4)
        case float():
            return value + chance.uniform(-2, 2) * (abs(value) + 1)
        case Decimal():
            return value + chance.choice((-1, 1)) * chance.randint(1, 99)
        case str():
            return "".join(_near_sequence(list(value), value + string.ascii_lowercase, chance))
        case bytes():
            return bytes(_near_sequence(list(value), bytes(range(256)), chance))
        case list() | tuple():
            return type(value)(_near_sequence(list(value), (), chance))
        case set() | frozenset():
            return type(value)(_near_sequence(list(value), range(1000), chance))
        case dict():
            return _near_dict(value, chance)
    return chance.choice([chance.randint(0, 1 << 40), str(chance.random()), (chance.random(),)])


def _near_sequence(parts: list[Any], letters: Sequence[Any], chance: random.Random) -> list[Any]:
    """One part more, less or another; of `letters`, or near to those that are there."""
    at = chance.randrange(len(parts) + 1)
    step = chance.choice(("more", "less", "other"))
    if step == "more" or not parts:
        new = chance.choice(letters) if letters else chance.randint(0, 99)
        return [*parts[:at], new, *parts[at:]]
    at = min(at, len(parts) - 1)
    if step == "less" and parts.count(parts[at]) == 1:
        return [*parts[:at], *parts[at + 1 :]]
    new = chance.choice(letters) if letters else _near(parts[at], chance)
    return [*parts[:at], new, *parts[at + 1 :]]


def _near_dict(value: dict[object, object], chance: random.Random) -> dict[object, object]:
    if not value or chance.random() < 0.3:
        return {**value, f"key{chance.randint(0, 99)}": chance.randint(0, 99)}
    key = chance.choice(list(value))
    if chance.random() < 0.3:
        return {other: part for other, part in value.items() if other != key}
    return {**value, key: _near(value[key], chance)}
