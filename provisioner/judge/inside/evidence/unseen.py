"""Exceptions of the tests' that nobody sees, and what they keep from being asserted."""

from __future__ import annotations

import ast
import functools
import sys
import traceback
from typing import Any

from ..library.carried import after
from ..mirror.exceptions import is_runner
from .assertions import COUNTER
from .notes import HELD

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BLOCKS = (ast.With, ast.AsyncWith)


def let_out(error: BaseException) -> None:
    """Note a failure that goes to the code, which has to raise it again."""
    by_word = type(error).__name__ == "Failed" and is_runner(type(error))
    lines = [0, *_lines(error)]
    known = not {*lines[1:]}.isdisjoint(COUNTER.failed.values())
    if (by_word or isinstance(error, AssertionError)) and not known:
        COUNTER.failed[id(error)] = lines[-1]
        COUNTER.let_out.append(error)  # nobody else gets that id
    elif getattr(error, "_judge_frames", ()):  # the code's own, which the tests let pass
        COUNTER.passed[id(error)] = _note_ended(error, _FUNCTIONS)


def take_back(error: BaseException) -> None:
    """Note that the code raised something."""
    COUNTER.failed.pop(id(error), None)
    raised: BaseException | None = error
    seen: set[int] = set()  # a chain may lead back into itself
    while raised is not None and COUNTER.passed and id(raised) not in seen:
        seen.add(id(raised))
        for key in COUNTER.passed.pop(id(raised), ()):
            COUNTER.failed.pop(key, None)
        raised = raised.__cause__ or raised.__context__


def left(swallowed: Any, error: Any) -> Any:
    """What the exit of a block says; an exception that it swallows ends that block."""
    if swallowed and error is not None and (line := line_of_tests()):
        _note_ended(error, _BLOCKS, line)
    return swallowed


async def left_later(swallowed: Any, error: Any) -> Any:
    """The same of a block that is entered and left asynchronously."""
    return left(None if swallowed is None else await swallowed, error)


def line_of_tests() -> int:
    """The line that the tests are in; 0 where they are in none."""
    frame: Any = sys._getframe()
    while frame is not None and HELD not in frame.f_globals:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else 0


def ended(error: Any, cancelled: bool = False) -> None:
    """Note an exception that ended a thread, or a task, which the code may have had cancelled."""
    _note_ended(error, _FUNCTIONS)
    if cancelled and not isinstance(error, Exception):
        COUNTER.note_refused("the code under test cancelled a task of the tests")


@functools.cache
def watch_threads() -> None:
    """Have `ended` told of what ends threads, and calls in their pools."""
    import threading

    after(threading, "excepthook", lambda details: ended(details.exc_value))
    if any(word in COUNTER.source for word in ("futures", "asyncio")):  # they take long to import
        from concurrent.futures import Future

        after(Future, "set_exception", lambda future, error: ended(error))


def _note_ended(error: Any, kinds: Any, start: int = 0) -> list[Any]:
    """Have assertions fail that an exception kept from being evaluated: in nodes of these kinds.

    What each is noted by; one that holds later has not failed.

    Args:
        start: the first line of the one that is meant; 0 for all.
    """
    lines = _lines(error)
    nodes: Any = list(ast.walk(ast.parse(COUNTER.source))) if lines else []
    ended = [one for one in nodes if isinstance(one, kinds) and start in (0, one.lineno)]
    keys: list[Any] = []
    for line in lines:
        around = [one for one in ended if one.lineno <= line <= (one.end_lineno or 0)]
        for one in ast.walk(around[-1]) if around else ():  # the innermost
            place = getattr(one, "lineno", 0)
            if place >= line and place not in COUNTER.seen and _asserts(one):
                keys.append(("ended", place))
                COUNTER.failed[keys[-1]] = place
    return keys


def _lines(error: Any) -> list[int]:
    """Lines of the tests that an exception passed through."""
    places = traceback.walk_tb(getattr(error, "__traceback__", None))
    return [line for frame, line in places if HELD in frame.f_globals]


def _asserts(node: Any) -> bool:
    match node:
        case ast.Assert(test=test):
            return not isinstance(test, ast.Constant)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name.startswith("assert")
    return False
