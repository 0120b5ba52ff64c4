"""Reads what the sandbox shows: plain data, and references to what stayed there."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from uuid import UUID


class Garbled(Exception):
    """What came is not what the room sends: somebody else was writing."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """An object of the sandbox.

    Attributes:
        number: how to ask for it; good until its assertion has been answered.
        type_name: its class as it calls itself.
        plain: its content as a builtin type that its class extends, None if it extends none.
    """

    number: int
    type_name: str
    plain: tuple[object] | None = None

    def __hash__(self) -> int:
        return hash(self.number)


_DEPTH = 200


def decode(encoded: object, sealed: Sequence[object], depth: int = 0) -> object:
    """The value that was shown; `sealed` gives values for numbers where that is allowed.

    Raises:
        Garbled: it follows no rule of the encoding.
    """
    if not isinstance(encoded, list):
        if isinstance(encoded, dict):
            raise Garbled("an object")
        if encoded != encoded:
            return math.nan  # always this object: containers ask for identity first
        return encoded
    if depth > _DEPTH:
        raise Garbled("too deep")
    try:
        tag, *rest = encoded
        return _READERS[tag](rest, sealed, depth + 1)
    except (LookupError, ValueError, TypeError, ArithmeticError) as error:
        raise Garbled(str(error)) from None


def encode(value: object) -> object:
    """The way back, for constants that are to be compared inside the sandbox.

    Raises:
        TypeError: no value of this type is sent.
    """
    if value is None or isinstance(value, bool | str | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 1 << 62 else ["int", hex(value)]
    if isinstance(value, list | tuple | set | frozenset):
        return [type(value).__name__, [encode(part) for part in value]]
    if isinstance(value, dict):
        return ["dict", [[encode(key), encode(part)] for key, part in value.items()]]
    if isinstance(value, Opaque):
        return ["object", value.number]
    for kind, tag, write in _WRITERS:
        if type(value) is kind:
            return [tag, *write(value)]
    raise TypeError(f"{type(value).__name__} is not sent")


Rest = list[object]


def _parts(rest: Rest, sealed: Sequence[object], depth: int) -> list[object]:
    (parts,) = rest
    if not isinstance(parts, list):
        raise Garbled("no parts")
    return [decode(part, sealed, depth) for part in parts]


def _dict(rest: Rest, sealed: Sequence[object], depth: int) -> dict[object, object]:
    (pairs,) = rest
    assert isinstance(pairs, list)
    return {decode(k, sealed, depth): decode(v, sealed, depth) for k, v in pairs}


def _object(rest: Rest, sealed: Sequence[object], depth: int) -> Opaque:
    number, name, *plain = rest
    if not isinstance(number, int) or not isinstance(name, str):
        raise Garbled("no reference")
    return Opaque(number, name, (decode(plain[0], sealed, depth),) if plain else None)


def _text(rest: Rest) -> str:
    text = rest[0]
    if not isinstance(text, str) or len(text) > 8 << 20:
        raise Garbled("no text")
    return text


def _number(part: object) -> int:
    if not isinstance(part, int):
        raise Garbled("no number")
    return part


_READERS: dict[object, Callable[[Rest, Sequence[object], int], object]] = {
    "list": _parts,
    "tuple": lambda r, s, d: tuple(_parts(r, s, d)),
    "set": lambda r, s, d: set(_parts(r, s, d)),
    "frozenset": lambda r, s, d: frozenset(_parts(r, s, d)),
    "dict": _dict,
    "object": _object,
    "sealed": lambda r, s, d: s[_number(r[0])],
    "int": lambda r, s, d: int(_text(r), 16),
    "complex": lambda r, s, d: complex(float(str(r[0])), float(str(r[1]))),
    "bytes": lambda r, s, d: bytes.fromhex(_text(r)),
    "bytearray": lambda r, s, d: bytearray.fromhex(_text(r)),
    "name": lambda r, s, d: {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}[_text(r)],
    "decimal": lambda r, s, d: Decimal(_text(r)),
    "fraction": lambda r, s, d: Fraction(int(_text(r), 16), int(_text(r[1:]), 16)),
    "datetime": lambda r, s, d: datetime.datetime.fromisoformat(_text(r)).replace(
        fold=_number(r[1])
    ),
    "date": lambda r, s, d: datetime.date.fromisoformat(_text(r)),
    "time": lambda r, s, d: datetime.time.fromisoformat(_text(r)),
    "timedelta": lambda r, s, d: datetime.timedelta(*map(_number, r)),
    "uuid": lambda r, s, d: UUID(_text(r)),
    "path": lambda r, s, d: PurePosixPath(_text(r)),
}

_WRITERS: tuple[tuple[type, str, Callable[..., list[object]]], ...] = (
    (complex, "complex", lambda v: [v.real, v.imag]),
    (bytes, "bytes", lambda v: [v.hex()]),
    (bytearray, "bytearray", lambda v: [v.hex()]),
    (type(Ellipsis), "name", lambda v: ["Ellipsis"]),
    (Decimal, "decimal", lambda v: [str(v)]),
    (Fraction, "fraction", lambda v: [hex(v.numerator), hex(v.denominator)]),
    (datetime.datetime, "datetime", lambda v: [v.isoformat(), v.fold]),
    (datetime.date, "date", lambda v: [v.isoformat()]),
    (datetime.time, "time", lambda v: [v.isoformat()]),
    (datetime.timedelta, "timedelta", lambda v: [v.days, v.seconds, v.microseconds]),
    (UUID, "uuid", lambda v: [v.hex]),
    (PurePosixPath, "path", lambda v: [str(v)]),
)
