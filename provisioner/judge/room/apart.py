"""The code under test in a process of its own: it gets arguments and gives results."""

from __future__ import annotations

import builtins as _builtins
import importlib
import json
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn, TypedDict

from .encode import Encoder, TooLarge, decode
from .table import lay

#: Descriptors of the other process.
_CALLS_IN, _ANSWERS_OUT = 202, 203

#: Beyond this many calls going back and forth costs more than it is worth.
_CALLS = 20_000
_EXACT = frozenset(
    (
        *(type(None), bool, int, float, complex, str, bytes, bytearray),
        *(list, tuple, set, frozenset, dict),
    )
)
_ERRORS = {
    name: kind
    for name, kind in vars(_builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException) and kind.__name__ == name
}


class Table(TypedDict):
    """Arguments of table.lay."""

    folder: str
    paths: list[str]
    files: list[str]


class _Odd(Exception):
    """Something that is no plain data."""


class Apart(ModuleType):
    """Stands for main where the tests import it; its names are functions that call over there."""

    def __init__(self, give_up: Callable[[str], NoReturn], table: Table) -> None:
        super().__init__("main")
        self._give_up = give_up
        self._calls = 0
        down, up = os.pipe(), os.pipe()
        if not os.fork():
            # another program: nothing of the tests is left in its memory
            os.dup2(down[0], _CALLS_IN)
            os.dup2(up[1], _ANSWERS_OUT)
            os.closerange(3, _CALLS_IN)
            os.closerange(_ANSWERS_OUT + 1, 1024)
            python, entry = sys.executable, os.path.join(os.path.dirname(__file__), "__main__.py")
            os.execv(python, [python, "-I", "-S", entry, json.dumps(table)])
        os.close(down[0])
        os.close(up[1])
        self._down, self._up = os.fdopen(down[1], "wb"), os.fdopen(up[0], "rb")

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._call(name, args, kwargs)

    def _call(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        self._calls += 1
        try:
            call = json.dumps([name, _plainly(args), _plainly(kwargs)])
        except _Odd:
            self._give_up("an argument is no plain data")
        if self._calls > _CALLS:
            self._give_up("too many calls")
        try:
            self._down.write(call.encode() + b"\n")
            self._down.flush()
        except OSError:
            self._give_up("the code has ended")
        return self._answer(self._up.readline())

    def _answer(self, line: bytes) -> object:
        """What a call came to."""
        match json.loads(line or b"null"):
            case ["value", value]:
                return decode(value)
            case ["raised", str(kind), args] if kind in _ERRORS:
                raise _ERRORS[kind](*decode(args))  # type: ignore[misc]  # a tuple, as it was sent
        return self._give_up("a result is no plain data")


def serve(table: Table) -> None:
    """In the other process: be main, and answer calls until the tests are over."""
    lay(table["folder"], table["paths"], table["files"])
    calls, answers = os.fdopen(_CALLS_IN, "rb"), os.fdopen(_ANSWERS_OUT, "wb")
    for line in calls:
        name, args, kwargs = json.loads(line)
        answer = _run(name, decode(args), decode(kwargs))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _run(name: str, args: Any, kwargs: Any) -> list[object]:
    try:
        before = _plainly((args, kwargs))
        value = getattr(importlib.import_module("main"), name)(*args, **kwargs)
        if _plainly((args, kwargs)) != before:
            return ["odd"]  # it works on its arguments, which are not the tests' own here
        if _is_kept(value, 3):
            return ["odd"]  # the tests could change it, and so what the code goes on with
        return ["value", _plainly(value)]
    except _Odd:
        return ["odd"]
    except BaseException as error:  # judged code may raise anything; it is passed on
        kind = type(error)
        try:
            if _ERRORS.get(kind.__name__) is kind and not vars(error):
                return ["raised", kind.__name__, _plainly(error.args)]
        except _Odd:
            pass
        return ["odd"]


def _is_kept(value: Any, known: int) -> bool:
    """Whether somebody else holds a part of a value that can be changed.

    `known` counts the references to it here: its holder, the parameter, and the question's.
    """
    kind = type(value)
    if kind in (list, dict, set, bytearray) and sys.getrefcount(value) > known:
        return True
    if kind in (list, tuple):
        return any(_is_kept(part, 4) for part in value)
    return kind is dict and any(_is_kept(part, 4) for part in value.values())


def _plainly(value: object) -> object:
    """A value of exactly builtin types, encoded."""
    encoder = Encoder()
    try:
        encoded = encoder.encode(value, 0)
    except TooLarge:
        raise _Odd from None
    if encoder.kept or not _exact(value):
        raise _Odd
    return encoded


def _exact(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all(map(_exact, value)) and all(map(_exact, value.values()))
    if kind in (list, tuple, set, frozenset):
        return all(map(_exact, value))
    known = kind.__module__ in ("decimal", "datetime") and kind.__flags__ >> 9 & 1 == 0
    return kind in _EXACT or known


def keep_apart(give_up: Callable[[str], NoReturn], table: Table) -> None:
    """From now on `import main` gives the other process; `give_up` ends what says nothing then."""
    sys.modules["main"] = Apart(give_up, table)
