"""Values that stand beside an expected one, see lineup.py."""

from __future__ import annotations

import ast
import contextlib
import datetime
import enum
import random
import string
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..connection import values
from ..mirror.mirrored import number_of

#: Types of which one can be taken from another, and what is left measured.
MEASURED = (int, float, Decimal, Fraction, datetime.date, datetime.datetime, datetime.timedelta)
#: How many stand beside the expected value, and beside one with many parts.
_COUNT, _FEW, _MANY = 24, 8, 500

#: Containers with so many parts are not looked through.
_HELD = 10_000
#: What numbers differ by has to be left by this part at least, whatever is subtracted.
_PARTS_LEFT = 1000


def constants_of(nodes: Iterable[ast.AST]) -> list[Any]:
    """The literals among some nodes, each once."""
    found: dict[str, Any] = {}
    for node in nodes:
        if isinstance(node, ast.expr):
            with contextlib.suppress(ValueError, TypeError, MemoryError, RecursionError):
                found[ast.unparse(node)] = ast.literal_eval(node)
    return list(found.values())


def compared_in(tree: ast.AST) -> Iterator[ast.AST]:
    """What a source compares with something."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(comparators=[one]) | ast.Call(args=[_, one]):
                yield one


def is_of_library(value: Any) -> bool:
    """Whether a value is one of Python's own classes, or of one, and no data that is held."""
    kind = type(value)
    held = kind in values.CONTAINERS or isinstance(value, tuple | frozenset) or is_plain(value)
    return not held and kind.__module__.partition(".")[0] in sys.stdlib_module_names


def is_plain(value: Any) -> bool:
    """Whether a value is builtin data through and through."""
    kind = type(value)
    if kind in values.ATOMS or kind in values.VALUES:
        return True
    try:
        if kind in (frozenset, list, set, bytearray) or isinstance(value, tuple):
            return len(value) < _HELD and all(map(is_plain, value))
        return kind in values.CONTAINERS and all(map(is_plain, values.CONTAINERS[kind][0](value)))
    except Exception:  # nested too deep, or a container that cannot be read: not plain
        return False


def is_like(one: Any, expected: Any) -> bool:
    """Whether a constant is of the expected value's type, and no class rightly takes it for it."""
    return type(one) is type(expected) and _spelt(one) != _spelt(expected)


def _spelt(value: Any) -> Any:
    """What is left of a value without what a class may rightly leave out as it compares."""
    if isinstance(value, str):
        return "".join(filter(str.isalnum, value.casefold())) or value
    if isinstance(value, list | tuple | set | frozenset):
        return {repr(one) for one in value}
    return value


def containers_like(value: Any, chance: random.Random) -> list[Any]:
    """Values like one that holds objects, or is one of the tests': with fewer, more or others.

    [] where there is no telling.
    """
    kind: Any = type(value)

    def other(one: Any) -> Any:
        return near_values(one, chance)[0] if type(one) in values.ATOMS else object.__repr__(value)

    if isinstance(value, enum.Enum):
        return [one for one in kind if one is not value]
    if kind not in (list, tuple, dict, set, frozenset) or not value:
        with contextlib.suppress(Exception):  # a class, or of one that makes its objects itself
            made = None if number_of(value) else object.__new__(kind)
            vars(made).update({name: other(one) for name, one in vars(value).items()})
            return [made] if vars(made) else []
        return []
    parts = list(value.items() if kind is dict else value)
    found = [parts[1:], parts[:-1], *([[*parts, parts[-1]]] if kind in (list, tuple) else [])]
    for at in (0, chance.randrange(len(parts)), len(parts) - 1):
        one = parts[at]
        new = (one[0], other(one[1])) if kind is dict else other(one)
        found.append([*parts[:at], new, *parts[at + 1 :]])
    return [kind(one) for one in found]


def near_values(expected: object, chance: random.Random) -> list[Any]:
    """Values of the same shape, all different from the expected one.

    They leave out what a class may rightly take for equal: another case of the same letters, a
    number within rounding, the same value of another type, another order. The expected value is
    not in their middle, where a liar would look for it: each is near to one of the others.
    """
    found: list[Any] = []
    count = _FEW if isinstance(expected, Sized) and len(expected) > _MANY else _COUNT
    for attempt in range(count * 40):
        candidate: Any = expected if attempt < count * 20 else attempt + chance.random()
        with contextlib.suppress(Exception):  # it has no such parts, or is no such moment
            candidate = _near(chance.choice(found or [expected]), chance)
        if candidate != expected and candidate not in found:
            found.append(candidate)
        if len(found) == count:
            break
    return found


def turned(value: Any, compared: list[Any]) -> list[Any]:
    """A value in another order, or in other letters; [] where the tests show that it is the same.

    They do by another that they compare, and that differs in that alone.
    """
    same = [one for one in compared if type(one) is type(value) and not is_like(one, value)]
    if not isinstance(value, str | list | tuple) or any(one != value for one in same):
        return []
    found = [value[::-1], *([value.swapcase()] if isinstance(value, str) else [])]
    return [one for one in found if one != value]


def strangers(item: object, chance: random.Random) -> list[object]:
    """Values far from an item of a container, which are hardly all in it as well."""
    letters = string.ascii_letters + string.digits
    makers: dict[type, Callable[[], object]] = {
        int: lambda: chance.randint(-(1 << 63), 1 << 63),
        tuple: lambda: (chance.random(), chance.random()),
        str: lambda: "".join(chance.choices(letters, k=16)),
        bytes: lambda: chance.randbytes(16),
    }
    make = makers.get(type(item), lambda: chance.uniform(-1e18, 1e18))
    return [make() for _ in range(_FEW)]


def depends(row: list[Any], left: list[Any], at: int) -> bool:
    """Whether what is left depends on what is taken away; of a stock there is never less than 0."""
    line = [rest for _, rest in sorted(zip(row, left, strict=True))]
    clamped = line in (sorted(line), sorted(line)[::-1]) and min(line) == left[at] < max(line)
    if clamped and type(row[at]) is int:
        return True
    pairs = [(one - row[at], abs(rest - left[at])) for one, rest in zip(row, left, strict=True)]
    none = row[at] - row[at]
    sides = ([pair for pair in pairs if pair[0] < none], [pair for pair in pairs if pair[0] > none])
    return any(
        4 * sum(rest * _PARTS_LEFT < abs(step) for step, rest in side) < len(side) for side in sides
    )


def _near(value: Any, chance: random.Random) -> object:
    """A value a step away."""
    match value:
        case bool() | None:
            return chance.choice([2, -1, "no", "", 0.5, (), [], "true", b"", {}])
        case int():
            unit = next(
                one for one in (1000, 100, 10, 1) if one <= max(1, abs(value)) and value % one == 0
            )
            return value + unit * _steps(value // unit, chance)  # it is as round
        case float():
            digits = len(repr(value).partition(".")[2])  # it is as long
            return round(value + _steps(value * 10.0**digits, chance) / 10.0**digits, digits)
        case Decimal():
            whole, parts = value.as_integer_ratio()
            return value + Decimal(_steps(whole, chance)) / parts
        case str():
            return "".join(_near_parts(list(value), value + string.ascii_lowercase, chance))
        case bytes():
            return bytes(_near_parts(list(value), bytes(range(256)), chance))
        case tuple():
            return tuple.__new__(type(value), _near_parts(list(value), (), chance))
        case frozenset():
            return frozenset(_near_parts(list(value), (), chance))
        case dict():
            key = chance.choice([*value, f"key{chance.randint(0, 99)}"])
            new = {**value, key: _near(value.get(key, 0), chance)}
            made: Any = value.copy()
            made.clear()
            made.update({one: new[one] for one in new if one != key or chance.random() < 0.5})
            return made
    kind = type(value)
    if kind in values.CONTAINERS:
        read, fill = values.CONTAINERS[kind]
        made = values.new_container(kind.__name__, values.limit_of(value))
        fill(made, _near_parts(list(read(value)), (), chance))
        return made
    if kind in values.VALUES:
        read, make = values.VALUES[kind]
        return make(*_near_parts(list(read(value)), (), chance))
    return chance.choice([chance.randint(0, 1 << 40), str(chance.random()), (chance.random(),)])


def _steps(size: float, chance: random.Random) -> int:
    """How many steps to take from a value of that size: back or forth, rather few than many."""
    return chance.choice((-1, 1)) * int((10 + abs(size) // 4) ** chance.random())


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
