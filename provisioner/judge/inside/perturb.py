"""Changes what the code answers, to see which tests notice.

Types stay as they are, so that a test that asks for no more than a type passes. What a test looks
at beside answers (files, other processes) is not changed, and is reported instead.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import pathlib
import sys
from collections.abc import Callable
from typing import Any

from . import mirrored, values

#: Kinds of change: a step, the opposite or nothing, far away; and calls that are not made.
VARIANTS = ("step", "opposite", "far")
ABSENT = "absent"
_OPERATIONS = frozenset(
    ("call", "method", "method of", "get", "get of", "special", "send", "throw", "item of class")
)
_STRUCTURAL = frozenset(("__iter__", "__hash__", "__enter__", "__dict__", "__class__"))
_EVENTS = frozenset(("subprocess.Popen", "sqlite3.connect", "socket.connect", "os.listdir"))


class Perturbation:
    """One kind of change.

    Attributes:
        count: how many answers were changed in the test that runs.
        elsewhere: whether the test looked at something beside answers.
    """

    def __init__(self, variant: str, folder: str) -> None:
        self.variant = variant
        self.count = 0
        self.elsewhere = False
        self._folder = folder
        sys.addaudithook(self._see)

    def _see(self, event: str, details: Any) -> None:
        if event in _EVENTS:
            self.elsewhere = True
        elif event == "open" and isinstance(details[0], str):
            name = details[0]
            if not name.startswith("/") or name.startswith(self._folder):
                self.elsewhere = self.elsewhere or not name.endswith("/test.py")

    def begin(self) -> None:
        """Before each test."""
        self.count, self.elsewhere = 0, False

    def leaves_out(self, operation: str, body: tuple[Any, ...]) -> bool:
        """Whether a request is not made at all."""
        return self.variant == ABSENT and operation in ("call", "method")

    def answer(self, operation: str, body: tuple[Any, ...], value: Any) -> Any:
        """What is answered in place of a value."""
        if operation == "in task":
            operation, body = body[2], body[3]
        if operation not in _OPERATIONS:
            return value
        if operation in ("send", "throw"):
            done, item = value
            return (done, item if done else self.changed(item))
        name = body[1] if len(body) > 1 and isinstance(body[1], str) else ""
        if name in _STRUCTURAL or name.startswith("_judge"):
            return value
        if operation in ("get", "get of") and name.startswith("__"):
            return value
        return self.changed(value)

    def changed(self, value: Any) -> Any:
        """A value changed; objects stay, and what is read of them is changed."""
        result = self._change(value, 0)
        if result is not value:
            self.count += 1
        elif not isinstance(type(value), mirrored.Mirrored) and not callable(value):
            self.elsewhere = True  # what it looks at cannot be changed
        return result

    def _change(self, value: Any, depth: int) -> Any:
        kind = type(value)
        change = _CHANGES.get(kind)
        if change is not None:
            return change(value, self.variant)
        if isinstance(value, enum.Enum):
            others = [one for one in type(value) if one is not value]
            return others[-1 if self.variant == "far" else 0] if others else value
        if depth < 4 and kind in (list, tuple):
            parts = [self._change(part, depth + 1) for part in value]
            if self.variant == "step":
                parts.reverse()
                parts += parts[:1]
            elif self.variant == "opposite":
                parts = parts[1:]
            else:
                parts = [*parts, *parts]
            return kind(parts)
        if depth < 4 and kind is dict:
            pairs = [(key, self._change(part, depth + 1)) for key, part in value.items()]
            return dict(pairs[1:] if self.variant == "opposite" else pairs)
        if kind in (set, frozenset):
            parts = [self._change(part, depth + 1) for part in value]
            return kind(parts[1:] if self.variant == "opposite" else parts)
        return value


def _number(step: Any, far: Any) -> Callable[[Any, str], Any]:
    def change(value: Any, variant: str) -> Any:
        if variant == "step":
            return value + step
        return -value - step if variant == "opposite" else value * 3 + far

    return change


def _text(value: Any, variant: str) -> Any:
    if variant == "step":
        return value + (b"x" if isinstance(value, bytes) else "x")
    if variant == "opposite":
        return value[:0] if value else (b"?" if isinstance(value, bytes) else "?")
    return value[::-1] + (b" zz" if isinstance(value, bytes) else " zz")


def _moment(value: Any, variant: str) -> Any:
    days = {"step": 1, "opposite": -400}.get(variant, 4000)
    try:
        return value + datetime.timedelta(days=days)
    except OverflowError:
        return value - datetime.timedelta(days=1)


_CHANGES: dict[type, Callable[[Any, str], Any]] = {
    bool: lambda value, variant: not value,
    int: _number(1, 1000),
    float: _number(1.5, 1000.0),
    complex: _number(1.5, 1000.0),
    decimal.Decimal: _number(decimal.Decimal(1), decimal.Decimal(1000)),
    fractions.Fraction: _number(fractions.Fraction(1), fractions.Fraction(1000)),
    str: _text,
    bytes: _text,
    type(None): lambda value, variant: {"step": 7, "opposite": "x"}.get(variant, [1]),
    datetime.datetime: _moment,
    datetime.date: _moment,
    datetime.timedelta: lambda value, variant: value + datetime.timedelta(hours=25),
    pathlib.PosixPath: lambda value, variant: value / "x",
}
__all__ = ["ABSENT", "VARIANTS", "Perturbation", "values"]
