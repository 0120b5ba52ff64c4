"""Changes what the code answers, to see which tests notice.

Types stay as they are, so that a test that asks for no more than a type passes. What a test looks
at beside answers (files, other processes) is not changed, and is reported instead.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import json
import os
import pathlib
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..connection import arrays, values
from ..connection.values import ATOMS
from ..mirror.functions import GENERATORS
from ..mirror.mirrored import Mirrored
from ..mirror.modules import MirroredModule
from . import ABSENT, IDLE, VARIANTS

if TYPE_CHECKING:
    from ..connection.space import Space

#: What the code does to the tests' objects that tests may look at.
_DEEDS = frozenset(("call", "method", "set", "del"))
_OPERATIONS = frozenset(("call", "method", "get", "special", "item of class"))
#: What iteration ends with; without them a test might not end.
_OF_PYTHON = (StopIteration, StopAsyncIteration)
_STRUCTURAL = frozenset(("__iter__", "__hash__", "__enter__", "__dict__", "__class__"))
#: So deep is data changed.
_DEPTH = 3
_TEXTS = frozenset(("__repr__", "__str__", "__format__"))
_GENERATORS = tuple(GENERATORS)
_OF_ASGI = ("http.", "websocket.", "lifespan.")
_STATUSES = {"step": (201, 202), "opposite": (404, 200), "far": (503, 501), "same": (200, 204)}
_EVENTS = frozenset(("subprocess.Popen", "sqlite3.connect", "socket.connect"))
#: Sources that linecache reads, and what hypothesis keeps of them.
_OF_TESTS = re.compile(r"\.py$|/\.hypothesis(/|$)")


class Perturbation:
    """One kind of change.

    Attributes:
        elsewhere: whether the test looked at something beside answers.
    """

    def __init__(self, variant: str, space: Space) -> None:
        self.variant = variant
        self.elsewhere = False
        self._space, self._folder = space, os.path.dirname(space.folder.rstrip(os.sep))
        self._set: dict[tuple[Any, ...], Any] = {}  # by the test, since the last call
        #: What was answered, and by what, in place of which something else was.
        self._original: dict[tuple[type, Any], tuple[Any, Any]] = {}
        self._first: dict[type, Any] = {}  # of each type that was answered
        self._asked: Any = None
        sys.addaudithook(self._see)

    def _see(self, event: str, details: Any) -> None:
        if event in _EVENTS:
            self.elsewhere = True
        elif event in ("open", "os.listdir") and isinstance(details[0], str):
            name = details[0]
            if not name.startswith("/") or name.startswith(self._folder):
                self.elsewhere = self.elsewhere or not _OF_TESTS.search(name)

    def begin(self) -> None:
        """Before each test."""
        self.elsewhere = False
        self._original.clear()

    def restored(self, operation: str, body: tuple[Any, ...]) -> tuple[Any, ...]:
        """A request with what another function of the code's answered, as a key is."""
        self._asked = body[1] if operation == "method" else body[:1]
        if operation not in ("call", "method", "special") or not self._original:
            return body
        place = -1 if operation == "special" else -2
        given = tuple([self._restored(one) for one in body[place]])
        if operation == "special":
            return *body[:-1], given
        return *body[:-2], given, tuple([(key, self._restored(one)) for key, one in body[-1]])

    def _restored(self, value: Any) -> Any:
        kind = type(value)
        known = self._original.get((kind, value)) if kind in ATOMS else None
        return known[0] if known and known[1] != self._asked else value

    def leaves_out(self, operation: str) -> bool:
        """Whether a request is not made at all."""
        left_out = {ABSENT: ("call", "method"), IDLE: ("method",)}
        return operation in left_out.get(self.variant, ())

    def done_to_tests(self, operation: str, rest: list[Any]) -> list[Any]:
        """What the code gives with an operation on an object of the tests, changed in a call."""
        self.elsewhere = self.elsewhere or operation in _DEEDS
        if operation in ("call", "method"):
            given = int(operation == "method")
            rest[given] = tuple([self.changed(one) for one in rest[given]])
        return rest

    def answer(self, operation: str, body: tuple[Any, ...], value: Any) -> Any:
        """What is answered in place of a value."""
        if operation in ("send", "throw"):
            done, item = value
            return done, item if done else self.changed(item)
        if operation == "set":
            self._set[body[:2]] = type(body[2]), body[2]
        elif operation in ("call", "method"):
            self._set.clear()
        elif operation == "get" and self._is_set(body, value):
            return value  # the test's own word
        name = body[1] if len(body) > 1 and isinstance(body[1], str) else ""
        if operation not in _OPERATIONS or name in _STRUCTURAL:
            return value
        if operation == "get" and name.startswith("__"):
            return value
        if name in _TEXTS and not self._has_text_of_its_own(body[0]):
            return value
        if name == "__len__" and type(value) is int:  # it is never less than nothing
            return abs(self.changed(value))
        return self.changed(value)

    def _is_set(self, body: tuple[Any, ...], value: Any) -> bool:
        kind, known = self._set.get(body[:2], (None, None))
        return kind is type(value) and (known is value or (kind in _CHANGES and known == value))

    def _has_text_of_its_own(self, number: int) -> bool:
        """Whether an object or its class says how it is shown; what `object` says is not main's."""
        found = self._space.standins.get(number)
        if found is not None and values.content_of(found()) is not None:
            return True
        classes = type(found()).__mro__ if found is not None else ()
        own = [vars(one).get("_judge_own", {}).keys() for one in classes]
        return not own or any(_TEXTS & names for names in own)

    def swallows(self, error: Any, operation: str, body: tuple[Any, ...]) -> bool:
        """Whether an exception of the code's is left out, as if None had been answered.

        Python itself refuses a call with arguments of no such parameters: no line of main.py ran.
        A name that main.py lacks is there: tests that look for it and are skipped show it.
        """
        if operation == "get" and isinstance(error, AttributeError):
            module = isinstance(self._space.kept.get(body[0]), MirroredModule)
            return module and not body[1].startswith("_")
        if type(error) is TypeError and not getattr(error, "_judge_frames", ()):
            return False
        return isinstance(error, Exception) and not isinstance(error, _OF_PYTHON)

    def awaited(self, held: bool, value: Any) -> tuple[bool, Any]:
        """What is told in place of what an awaited answer came to."""
        if held:
            return True, self.changed(value)
        from asyncio import CancelledError  # it is loaded where anything is awaited

        if isinstance(value, CancelledError | StopAsyncIteration):
            return False, value
        return True, None

    def changed(self, value: Any) -> Any:
        """A value changed; objects stay, and what is read of them is changed."""
        if self.variant not in VARIANTS:
            return value
        result = self._change(value, 0)
        asks = isinstance(value, (*_GENERATORS, enum.Enum)) or isinstance(type(value), Mirrored)
        unchanged = result is value and self.variant != "same"
        if unchanged and not asks and not callable(value):
            self.elsewhere = True  # what it looks at cannot be changed
        if type(result) in ATOMS and result is not value and type(value) is not bool:
            self._original[type(result), result] = value, self._asked
        return result

    def _change(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in (str, bytes) and (data := self._document(value, depth)):
            return data if kind is str else data.encode()
        if kind in _CHANGES and self.variant == "same":
            return self._first.setdefault(kind, value)
        if kind in _CHANGES:
            try:
                return _CHANGES[kind](value)[VARIANTS.index(self.variant)]
            except OverflowError:  # of a moment
                return value - datetime.timedelta(days=1)
        if kind.__module__ == arrays.MODULE:
            return arrays.changed(value, VARIANTS.index(self.variant))
        if isinstance(value, enum.Enum):
            others = [one for one in type(value) if one is not value]
            return others[-1 if self.variant == "far" else 0] if others else value
        if kind not in (list, tuple, dict, set, frozenset) or depth > _DEPTH:
            return value
        parts: list[Any]
        if kind is dict and str(value.get("type")).startswith(_OF_ASGI):
            return {key: self._change_message(key, part) for key, part in value.items()}
        if kind is dict:
            parts = [(key, self._change(part, depth + 1)) for key, part in value.items()]
        else:
            parts = [self._change(part, depth + 1) for part in value]
        if self.variant == "opposite":
            return kind(parts[1:])
        if kind in (list, tuple):
            turned = [*parts[::-1], *parts[-1:]]
            return kind({"step": turned, "far": parts * 2}.get(self.variant, parts))
        return kind(parts)

    def content(self, kind: type, content: tuple[Any, ...]) -> tuple[Any, ...]:
        """The plain part of an object, changed; as many parts of a tuple as there are."""
        if self.variant not in VARIANTS:
            return content
        if kind is tuple:
            return (tuple([self._change(part, 1) for part in content[0]]),)
        return tuple([self._change(one, 0) for one in content]) if kind in ATOMS else content

    def _document(self, value: Any, depth: int) -> str:
        """A JSON document changed and still one, "" for other texts."""
        try:
            data = json.loads(value) if value[:1] in ("{", "[", b"{", b"[") else None
        except (ValueError, RecursionError):
            return ""
        changed = self._change(data, depth) if data else data
        return json.dumps(changed) if changed != data else ""

    def _change_message(self, key: str, part: Any) -> Any:
        """A part of a message of ASGI; it stays one that a client takes."""
        if key == "status":
            return next(one for one in _STATUSES[self.variant] if one != part)
        if key == "headers":
            kept = (b"content-length", b"content-type")
            return [(name, text if name in kept else self._change(text, 1)) for name, text in part]
        return self._change(part, 1) if key in ("body", "text", "bytes") else part


def _number(step: Any, far: Any) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: (value + step, -value - step, value * 3 + far)


def _moment(value: Any) -> tuple[Any, ...]:
    return tuple([value + datetime.timedelta(days=days) for days in (1, -400, 4000)])


def _text(more: Any, other: Any, end: Any) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: (value + more, value[:0] if value else other, value[::-1] + end)


#: Type: a value changed in each of the VARIANTS.
_CHANGES: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    bool: lambda value: (not value,) * 3,
    int: _number(1, 1000),
    float: _number(1.5, 1000.0),
    complex: _number(1.5, 1000.0),
    decimal.Decimal: _number(1, 1000),
    fractions.Fraction: _number(1, 1000),
    str: _text("x", "?", " zz"),
    bytes: _text(b"x", b"?", b" zz"),
    type: lambda value: (bytes if value is str else str,) * 3,
    type(None): lambda value: (7, "x", [1]),
    datetime.datetime: _moment,
    datetime.date: _moment,
    datetime.timedelta: lambda value: (value + datetime.timedelta(hours=25),) * 3,
    pathlib.PosixPath: lambda value: (value / "x",) * 3,
}
