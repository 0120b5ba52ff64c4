"""Counts assertions and sees those that failed and were swallowed.

Each assert statement of the tests is followed by a note that it held; its message notes that it
failed. The assert methods of unittest and doubles, and the context managers that expect an
exception, are wrapped for the same.
"""

from __future__ import annotations

import functools
import re
import sys
import traceback
from typing import Any

from ..mirror.exceptions import is_runner
from ..mirror.mirrored import number_of
from .notes import FAILED, HELD

#: Classes with methods that assert: their module, and how the methods' names begin.
_ASSERTING = (
    ("unittest.case", "TestCase", "assert"),
    ("unittest.mock", "NonCallableMock", "assert_"),
    ("unittest.mock", "AsyncMockMixin", "assert_"),
)
#: Context managers that expect something, by module.
_EXPECTING = {
    "unittest.case": ("_AssertRaisesContext", "_AssertWarnsContext"),
    "unittest._log": ("_AssertLogsContext",),
    "_pytest.recwarn": ("WarningsChecker",),
    "_pytest.raises": ("RaisesExc", "RaisesGroup"),
    "_pytest.python_api": ("RaisesContext",),
}
#: Methods of unittest that make them.
_CONTEXTS = frozenset(
    f"assert{name}" for name in ("Raises", "RaisesRegex", "Warns", "WarnsRegex", "Logs", "NoLogs")
)
#: What tests name that expect assertions of their own to fail.
_OF_FAILURES = re.compile(r"\b(AssertionError|(Base)?Exception|failureException|Failed)\b")
#: Classes that are watched already.
_watched: set[type] = set()


class Counter:
    """What was asserted in the test that runs.

    Attributes:
        evaluated: how many assertions were evaluated.
        unexpected: the exception that came where another was expected, if any did.
        refused: what was asked of the judge that it does not do.
        failed: lines of assertions that failed and have neither held since nor been expected to.
        seen: lines of those that were evaluated.
        passed: of exceptions of the code's that went through the tests, by id, what they ended.
        source: that of the tests.
        expects_failures: whether they name what an assertion raises.
        depth: how many assert methods run within each other.
    """

    def __init__(self) -> None:
        self.refused, self.source, self.expects_failures = "", "", False
        self.begin()

    def begin(self) -> None:
        """Forget the test before."""
        self.evaluated = self.depth = 0
        self.failed: dict[object, int] = {}
        self.seen: set[int] = set()
        self.let_out: list[BaseException] = []
        self.passed: dict[int, list[Any]] = {}
        self.unexpected: BaseException | None = None

    def note_refused(self, what: str) -> None:
        """Fail the test, whatever it makes of the exception; at import, the first one."""
        self.refused = self.refused or what

    def note_held(self, place: object, line: int = 0) -> None:
        """Note that an assertion held."""
        self.evaluated += 1
        self.seen.add(line)
        if self.failed:
            self.failed.pop(place, None)
            self.failed.pop(("ended", line), None)

    def note_failed(self, place: object, line: int) -> None:
        """Note that one failed."""
        self.evaluated += 1
        self.seen.add(line)
        self.failed[place] = line

    def note_expected(self, trace: Any) -> None:
        """Note that the failures which passed through these frames were expected."""
        lines = {line for _, line in traceback.walk_tb(trace)}
        self.failed = {key: line for key, line in self.failed.items() if line not in lines}

    def swallowed(self) -> str:
        """What was swallowed, "" for nothing."""
        refused, self.refused = self.refused, ""
        if refused:
            return refused
        for line in self.failed.values():
            where = f" in line {line}" if line else ""
            return f"an assertion{where} failed, and nobody was told"
        return ""


COUNTER = Counter()


def names(source: str) -> dict[str, Any]:
    """What the notes call, for the globals of the tests of that source."""
    COUNTER.source, COUNTER.expects_failures = source, bool(_OF_FAILURES.search(source))
    return {HELD: COUNTER.note_held, FAILED: _failed}


class _Nothing(str):
    __slots__ = ()


def _failed(number: int, line: int, message: Any, *shown: Any) -> Any:
    COUNTER.note_failed(number, line)
    said = message() if message is not None else None
    if not shown:
        return said if message is not None else _Nothing()
    try:
        text = f"{_short(shown[0])} {shown[1]} {_short(shown[2])}"
    except Exception:  # a repr of judged code
        text = ""
    return f"{said}\n{text}" if said is not None else text


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 600 else f"{text[:300]} … {text[-300:]}"


def watch() -> None:
    """Count what unittest, its doubles and pytest assert, as far as they are loaded."""
    if "unittest" in sys.modules:
        import unittest._log  # noqa: F401  # unittest itself would load it too late
    for module, name, prefix in _ASSERTING:
        kind: Any = getattr(sys.modules.get(module), name, None)
        if kind is not None:
            _watch_methods(kind, prefix)
    for module, kinds in _EXPECTING.items():
        for name in kinds:
            kind = getattr(sys.modules.get(module), name, None)
            if kind is not None and "__exit__" in vars(kind) and kind not in _watched:
                _watched.add(kind)
                kind.__exit__ = _expecting(kind.__exit__)


def _watch_methods(kind: type, prefix: str) -> None:
    if kind not in _watched:
        _watched.add(kind)
        for name, method in list(vars(kind).items()):
            if name.startswith(prefix) and name not in _CONTEXTS and callable(method):
                method = _by_items(method) if name == "assertSetEqual" else method
                type.__setattr__(kind, name, _counted(method))


def _by_items(method: Any) -> Any:
    """assertSetEqual, which asks sets for their difference: main's are read, and asked nothing."""

    @functools.wraps(method)
    def equal(self: Any, *sets: Any, **names: Any) -> Any:
        __tracebackhide__ = True
        return method(self, *[set(one) if number_of(one) else one for one in sets], **names)

    return equal


def _counted(method: Any) -> Any:
    @functools.wraps(method)
    def assertion(*args: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        if COUNTER.depth:
            return method(*args, **keywords)
        COUNTER.depth += 1
        caller = sys._getframe(1)
        place = caller.f_code.co_filename, caller.f_lineno
        try:
            result = method(*args, **keywords)
        except AssertionError:
            COUNTER.note_failed(place, caller.f_lineno or 0)
            raise
        finally:
            COUNTER.depth -= 1
        COUNTER.note_held(place, caller.f_lineno or 0)
        return result

    return assertion


def _expecting(leave: Any) -> Any:
    """The exit of a context that expects an exception, which counts as one assertion."""

    def __exit__(self: Any, kind: Any, error: Any, trace: Any) -> Any:
        __tracebackhide__ = True
        swallowed = leave(self, kind, error, trace)
        COUNTER.evaluated += 1
        if kind is not None and not swallowed:
            COUNTER.unexpected = error
        if swallowed and COUNTER.expects_failures:
            if isinstance(error, AssertionError):
                COUNTER.note_expected(trace)
        elif swallowed and is_runner(type(error)):  # what main names as its error is anything
            COUNTER.note_failed(self, 0)
        return swallowed

    return __exit__
