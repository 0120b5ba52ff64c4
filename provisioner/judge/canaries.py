"""Values near to an expected one, that an honest object is not equal to."""

from __future__ import annotations

import random
import string
from decimal import Decimal

#: How many stand beside the expected value in a line-up.
COUNT = 8


def canaries(expected: object, chance: random.Random) -> list[object]:
    """COUNT values of the same shape, all different from the expected one.

    They leave out what a class may rightly take for equal: another case of the same letters, a
    number within rounding, the same value of another type.
    """
    found: list[object] = []
    for attempt in range(COUNT * 40):
        candidate = _near(expected, chance) if attempt < COUNT * 20 else attempt + chance.random()
        if candidate != expected and candidate not in found:
            found.append(candidate)
        if len(found) == COUNT:
            break
    return found


def _near(value: object, chance: random.Random) -> object:
    match value:
        case bool() | None:
            return chance.choice([2, -1, "no", "", 0.5, (), [], "true", b"", {}])
        case int():
            return value + chance.choice((-1, 1)) * chance.randint(1, 9 + abs(value) // 4)
        case float():
            return chance.uniform(-2, 2) * (abs(value) + 1) + chance.choice((-1, 1))
        case Decimal():
            return value + chance.choice((-1, 1)) * chance.randint(1, 99)
        case str():
            at = chance.randrange(len(value) + 1)
            letters = "".join(chance.choices(string.ascii_lowercase, k=chance.randint(1, 3)))
            return value[:at] + letters + value[at + chance.choice((0, 1, 2)) :]
        case bytes():
            return value + bytes([chance.randrange(256)])
        case list() | tuple():
            return type(value)(_near_sequence(list(value), chance))
        case set() | frozenset():
            return type(value)({*value, chance.randint(1000, 9999)})
        case dict():
            return _near_dict(value, chance)
    return chance.choice([chance.randint(0, 1 << 40), str(chance.random()), (chance.random(),)])


def _near_sequence(value: list[object], chance: random.Random) -> list[object]:
    if not value or chance.random() < 0.3:
        return [*value, chance.randint(0, 99)]
    at = chance.randrange(len(value))
    return [*value[:at], _near(value[at], chance), *value[at + 1 :]]


def _near_dict(value: dict[object, object], chance: random.Random) -> dict[object, object]:
    if not value or chance.random() < 0.3:
        return {**value, f"key{chance.randint(0, 99)}": chance.randint(0, 99)}
    key = chance.choice(list(value))
    return {**value, key: _near(value[key], chance)}
