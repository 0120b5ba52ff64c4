"""`==` where the tests compare outside of an assertion, and nobody outside is asked."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Mapping
from typing import Any

from .encode import Canary, Sealed, definer

_urandom = os.urandom
_BUILTIN_TYPES = (
    *(bool, int, float, complex, str, bytes, bytearray, type(None), type),
    *(list, tuple, set, frozenset, dict, range, Sealed),
)


def equal(left: Any, right: Any) -> Any:
    """`==` where the tests compare outside of an assertion: nothing may equal everything."""
    for witness, value in ((left, right), (right, left)):
        if type(value) in _NEAR and _decides_itself(witness):
            return _among(witness, value)
    result = left == right
    if result is not False and (_liar(left) or _liar(right, anything=True)):
        return False
    return result


def unequal(left: Any, right: Any) -> Any:
    """`!=`, likewise."""
    result = left != right
    return True if result is False and equal(left, right) is False else result


def _among(witness: Any, value: Any) -> Any:
    """Whether a witness equals this value and none near to it; it cannot know which is meant."""
    chance = _urandom(4)
    row = [near(value, number + 1) for near in _NEAR[type(value)] for number in chance[:2]]
    place = chance[2] % (len(row) + 1)
    said = [_says_equal(witness, one) for one in row[:place]]
    result = witness == value
    said += [_says_equal(witness, one) for one in row[place:]]
    return result if not any(said) else False


def _says_equal(witness: Any, value: Any) -> bool:
    """An array of answers has no truth, and tells no lies about one value."""
    try:
        return bool(witness == value)
    except Exception:  # the judged class may raise anything
        return False


def _decides_itself(value: Any) -> bool:
    """Whether a class of its own says what a value is equal to."""
    kind = type(value)
    return kind not in _BUILTIN_TYPES and definer(kind, "__eq__") not in (object, *_BUILTIN_TYPES)


#: Two values near to one of each type: further by a number, and shorter or less by it.
_NEAR: Mapping[type, tuple[Callable[[Any, int], object], ...]] = {
    int: (operator.add, operator.sub),
    float: (operator.add, lambda value, number: value - number * 1.5),
    str: (
        lambda value, number: value + chr(97 + number % 26),
        lambda value, n: chr(98 + n) + value,
    ),
    bytes: (lambda value, number: value + bytes([number % 256]), lambda value, n: b"x" + value),
    list: (lambda value, number: [*value, number], lambda value, number: [number, *value]),
    tuple: (lambda value, number: (*value, number), lambda value, number: (number, *value)),
    dict: (lambda value, number: {**value, f"key{number}": 0}, lambda value, n: {**value, n: 1}),
}


def _liar(value: Any, *, anything: bool = False, depth: int = 0) -> bool:
    """Whether a value, or a part of it, equals what nothing equals; tests may say mock.ANY."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset, dict):
        parts = value.values() if kind is dict else value
        shallow = depth < 3 and len(parts) < 200
        return shallow and any(_liar(part, anything=anything, depth=depth + 1) for part in parts)
    if not _decides_itself(value):
        return False
    if anything and f"{kind.__module__}.{kind.__qualname__}" == "unittest.mock._ANY":
        return False
    try:
        return (value == Canary()) is True
    except Exception:  # a class that knows only its like
        return False
