"""Comparisons of the code's objects with plain data of the tests.

An object's class is the code's and may lie. It is shown the value among others near to it, and
has to know which one it equals; two of the code's own objects compare as their class says.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence, Sized
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..connection import values
from ..connection.wire import Garbled
from ..mirror import mirrored
from ..mirror.exceptions import is_runner
from ..mirror.mirrored import ask

if TYPE_CHECKING:
    from ..connection.space import Space

#: How many stand beside the expected value in a line-up, and beside one with many parts.
_COUNT, _FEW, _MANY = 24, 8, 500
_PARTS = 10_000
#: What numbers differ by has to be left by this part at least, whatever is subtracted.
_PARTS_LEFT = 1000
_REVERSE = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__"}
_OPPOSITE = {"__lt__": "__ge__", "__ge__": "__lt__", "__gt__": "__le__", "__le__": "__gt__"}


class LineUp:
    """Compares for one Space."""

    def __init__(self, space: Space) -> None:
        self._space, self._chance = space, random.SystemRandom()
        self._trusted: set[int] = set()  # objects that the tests made by calling their class
        space.note_made, space.compare = self._note_made, self.compare

    def _note_made(self, made: Any) -> None:
        if number := mirrored.number_of(made):
            self._trusted.add(number)

    def compare(self, witness: Any, name: str, other: Any) -> Any:
        """The result of ``witness.name(other)``."""
        if name in mirrored.DIFFERENCES:
            return self._difference(witness, name, other)
        if is_runner(type(other)) and name != "__contains__":
            return NotImplemented  # pytest.approx compares by itself
        if not _is_plain(other):
            return ask(witness, "special", name, (other,))
        if name == "__contains__":
            return self._contains(witness, other)
        if name not in ("__eq__", "__ne__"):
            return self._ordered(witness, name, other)
        content = values.plain_part(witness)
        said = True if content is not None and content == other else self._equal(witness, other)
        return said if said is NotImplemented or name == "__eq__" else not said

    def _difference(self, witness: Any, name: str, other: Any) -> Any:
        """What is left, which has to depend on what is taken away, where both are numbers."""
        if type(other) in (int, float) and self._space.peer.perturbation is None:
            row = [one for one in near_values(other, self._chance) if type(one) is type(other)]
            if type(other) is int:  # what is left of a stock may be never less than nothing
                row += [other - 99 * (abs(other) + 9), other + 99 * (abs(other) + 9)]
            row.insert(self._chance.randrange(len(row) + 1), other)
            answers = ask(witness, "differences", name, row)
            if type(answers) is not list or len(answers) != len(row):
                raise Garbled("no answers to a line-up")
            left = [values.plain_part(one) for one in answers]
            if all(type(one) in (int, float) for one in left):
                same = max(left) - min(left) < (max(row) - min(row)) / _PARTS_LEFT
                return NotImplemented if same else answers[row.index(other)]
        return ask(witness, "special", name, (other,))

    def _shown(self, witness: Any, name: str, others: list[Any], other: Any) -> tuple[Any, ...]:
        """What it says of the one that is meant and of others, when it does not know which.

        Where it says nothing of that one among others, it is asked by itself, and the answer is
        not True. Raises what that comparison raises.
        """
        place = self._chance.randrange(len(others) + 1)
        answers = _asked(witness, name, [*others[:place], other, *others[place:]])
        said = answers.pop(place)
        if said is None:
            answer = ask(witness, "special", name, (other,))
            said = answer if answer is NotImplemented else False
        return said, answers

    def _equal(self, witness: Any, expected: Any) -> Any:
        others = near_values(expected, self._chance)
        said, answers = self._shown(witness, "__eq__", others, expected)
        if said is False and ask(witness, "special", "__eq__", (expected,)) is NotImplemented:
            return NotImplemented
        more = answers.count(True)
        if said is not True or not more:
            return said
        if mirrored.number_of(witness) in self._trusted and more < len(others):
            return True
        return more <= (len(others) // 3 if type(expected) in (int, float) else 1)

    def _contains(self, container: Any, item: Any) -> Any:
        """The result of ``item in container``."""
        others = strangers(item, self._chance)
        said, answers = self._shown(container, "__contains__", others, item)
        return said is True and not all(answers)

    def _ordered(self, witness: Any, name: str, other: Any) -> Any:
        row = [one for one in near_values(other, self._chance) if type(one) is type(other)]
        said, answers = self._shown(witness, name, row, other)
        if said is not True:
            return said
        row, answers = [*row, other], [*answers, said]
        opposite, reverse = (_asked(witness, one[name], row) for one in (_OPPOSITE, _REVERSE))
        if any(yes and no for yes, no in zip(answers, opposite, strict=True)):
            return False
        both = sum(bool(yes and also) for yes, also in zip(answers, reverse, strict=True))
        if both > (len(row) // 3 if name in ("__le__", "__ge__") else 0):
            return False
        if isinstance(other, str):
            return said  # in which order texts are is the code's to say
        pairs = sorted(zip(row, map(bool, answers), strict=True), key=lambda pair: pair[0])
        line = [answer for _, answer in pairs]
        return line == sorted(line, reverse=name in ("__gt__", "__ge__"))


def _asked(witness: Any, name: str, row: list[Any]) -> list[Any]:
    """What a witness says of each value: True, False, or None where it says neither."""
    answers = ask(witness, "line up", name, row)
    kinds = [type(one) for one in answers] if type(answers) is list else []
    if len(kinds) != len(row) or not {bool, type(None)}.issuperset(kinds):
        raise Garbled("no answers to a line-up")
    return list(answers)


def _is_plain(value: Any) -> bool:
    """Whether a value is builtin data through and through."""
    kind = type(value)
    if kind in values.ATOMS or kind in values.VALUES:
        return True
    try:
        if kind in (tuple, frozenset, list, set, bytearray):
            return len(value) < _PARTS and all(map(_is_plain, value))
        return kind in values.CONTAINERS and all(map(_is_plain, values.CONTAINERS[kind][0](value)))
    except Exception:  # nested too deep, or a container that cannot be read: not plain
        return False


def near_values(expected: object, chance: random.Random) -> list[Any]:
    """Values of the same shape, all different from the expected one.

    They leave out what a class may rightly take for equal: another case of the same letters, a
    number within rounding, the same value of another type, another order. The expected value is
    not in their middle, where a liar would look for it: each is near to one of the others.
    """
    found: list[Any] = []
    count = _FEW if isinstance(expected, Sized) and len(expected) > _MANY else _COUNT
    for attempt in range(count * 40):
        origin = chance.choice(found) if found else _near(expected, chance)
        candidate = _near(origin, chance) if attempt < count * 20 else attempt + chance.random()
        if candidate != expected and candidate not in found:
            found.append(candidate)
        if len(found) == count:
            break
    return found


def strangers(item: object, chance: random.Random) -> list[object]:
    """Values far from an item of a container, which are hardly all in it as well."""
    letters = string.ascii_letters + string.digits
    makers: dict[type, Callable[[], object]] = {
        bool: chance.random,
        type(None): chance.random,
        int: lambda: chance.randint(-(1 << 63), 1 << 63),
        float: lambda: chance.uniform(-1e18, 1e18),
        str: lambda: "".join(chance.choices(letters, k=16)),
        bytes: lambda: chance.randbytes(16),
    }
    make = makers.get(type(item), lambda: (chance.random(), chance.random()))
    return [make() for _ in range(_FEW)]


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
            return "".join(_near_parts(list(value), value + string.ascii_lowercase, chance))
        case bytes():
            return bytes(_near_parts(list(value), bytes(range(256)), chance))
        case list() | tuple():
            return type(value)(_near_parts(list(value), (), chance))
        case set() | frozenset():
            return type(value)(_near_parts(list(value), range(1000), chance))
        case dict():
            return _near_dict(value, chance)
    return chance.choice([chance.randint(0, 1 << 40), str(chance.random()), (chance.random(),)])


def _near_parts(parts: list[Any], letters: Sequence[Any], chance: random.Random) -> list[Any]:
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
