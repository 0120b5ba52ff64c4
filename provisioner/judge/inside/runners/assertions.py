"""Counts assertions and sees those that failed and were swallowed.

Each assert statement of the tests is followed by a note that it held; its message notes that it
failed. The assert methods of unittest and doubles, and the context managers that expect an
exception, are wrapped for the same.
"""

from __future__ import annotations

import ast
import functools
import importlib
import sys
import unittest
from typing import Any

_HELD, _FAILED, _LEFT, _RIGHT = "@held", "@failed", "@left", "@right"
_OPERATORS = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


class Counter:
    """What was asserted in the test that runs.

    Attributes:
        evaluated: how many assertions were evaluated.
        unexpected: the exception that came where another was expected, if any did.
        refused: what was asked of the judge that it does not do.
        failed: lines of assertions that failed and have neither held since nor been expected to.
    """

    def __init__(self) -> None:
        self.evaluated = 0
        self.failed: dict[object, int] = {}
        self.depth = 0
        self.unexpected: BaseException | None = None
        self.refused = ""

    def begin(self) -> None:
        self.evaluated, self.failed, self.depth, self.unexpected = 0, {}, 0, None

    def note_refused(self, what: str) -> None:
        """Fail the test, whatever it makes of the exception; at import, the first one."""
        self.refused = self.refused or what

    def note_held(self, number: int) -> None:
        self.evaluated += 1
        if self.failed:
            self.failed.pop(number, None)

    def note_failed(self, number: object, line: int) -> None:
        self.evaluated += 1
        self.failed[number] = line

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


class _Noter(ast.NodeTransformer):
    def __init__(self, *, explain: bool, script: bool = False) -> None:
        self._explain, self._script = explain, script
        self._number = 0

    def visit_If(self, node: ast.If) -> Any:
        """In a script that does its own counting, a condition is an assertion."""
        self.generic_visit(node)
        if not self._script or "__name__" in ast.dump(node.test):
            return node
        note = ast.Expr(ast.Call(_name(_HELD), [ast.Constant(0)], []))
        ast.copy_location(note, node)
        return [ast.fix_missing_locations(note), node]

    def visit_Assert(self, node: ast.Assert) -> Any:
        self.generic_visit(node)
        self._number += 1
        before: list[ast.stmt] = []
        arguments: list[ast.expr] = [
            ast.Constant(self._number),
            ast.Constant(node.lineno),
            ast.Lambda(_no_arguments(), node.msg) if node.msg else ast.Constant(None),
        ]
        match node.test:
            case ast.Compare(left=left, ops=[operation], comparators=[right]) if self._explain:
                before = [_assign(_LEFT, left), _assign(_RIGHT, right)]
                node.test = ast.Compare(_name(_LEFT), [operation], [_name(_RIGHT)])
                arguments += [_name(_LEFT), ast.Constant(_OPERATORS[type(operation)])]
                arguments += [_name(_RIGHT)]
        node.msg = ast.Call(_name(_FAILED), arguments, [])
        held = ast.Call(_name(_HELD), [ast.Constant(self._number)], [])
        after: ast.stmt = ast.Expr(held)
        if before:  # nothing is kept alive
            targets: list[ast.expr] = [ast.Name(one, ast.Store()) for one in (_LEFT, _RIGHT)]
            after = ast.Assign(targets, held)
        made = [*before, node, after]
        for one in made:
            ast.copy_location(one, node)
            ast.fix_missing_locations(one)
        return made


def _no_arguments() -> ast.arguments:
    return ast.arguments([], [], None, [], [], None, [])


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def noted(source: str, file: str, *, explain: bool, script: bool = False) -> ast.Module:
    """The tests' tree with its notes; raises SyntaxError."""
    tree = ast.parse(source, file)
    script = script and not any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    _Noter(explain=explain, script=script).visit(tree)
    return ast.fix_missing_locations(tree)


def names() -> dict[str, Any]:
    """What the notes call, for the globals of the tests."""
    return {_HELD: COUNTER.note_held, _FAILED: _failed}


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


def watch_library() -> None:
    """Count what unittest, its doubles and pytest assert."""
    for name in dir(unittest.TestCase):
        if name.startswith("assert") and name not in _CONTEXTS:
            method = getattr(unittest.TestCase, name)
            setattr(unittest.TestCase, name, _counted(name, method))
    context: Any = unittest.case._AssertRaisesContext
    context.__exit__ = _expecting(context.__exit__)
    for module, name in (("case", "_AssertWarnsContext"), ("_log", "_AssertLogsContext")):
        kind: Any = getattr(importlib.import_module(f"unittest.{module}"), name)
        kind.__exit__ = _expecting(kind.__exit__)


def watch_doubles() -> None:
    """Count what doubles assert."""
    mock = sys.modules.get("unittest.mock")
    if mock is None or "@watched" in vars(mock):
        return
    vars(mock)["@watched"] = True
    for kind in (mock.NonCallableMock, mock.AsyncMockMixin):
        for name in list(vars(kind)):
            if name.startswith("assert_"):
                type.__setattr__(kind, name, _counted(name, vars(kind)[name]))


_CONTEXTS = frozenset(
    (
        *("assertRaises", "assertRaisesRegex", "assertWarns", "assertWarnsRegex", "assertLogs"),
        "assertNoLogs",
    )
)


def _counted(name: str, method: Any) -> Any:
    @functools.wraps(method)
    def assertion(*args: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        if COUNTER.depth:
            return method(*args, **keywords)
        COUNTER.depth += 1
        try:
            result = method(*args, **keywords)
        except AssertionError:
            caller = sys._getframe(1)
            place = caller.f_code.co_filename, caller.f_lineno
            COUNTER.note_failed(place, caller.f_lineno or 0)
            raise
        finally:
            COUNTER.depth -= 1
        COUNTER.evaluated += 1
        if COUNTER.failed:
            caller = sys._getframe(1)
            COUNTER.failed.pop((caller.f_code.co_filename, caller.f_lineno), None)
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
        if swallowed and isinstance(error, AssertionError):
            COUNTER.failed.clear()
        return swallowed

    return __exit__


def watch_pytest() -> None:
    """Count what pytest expects to be raised or warned."""
    kinds: list[Any] = [importlib.import_module("_pytest.recwarn").WarningsChecker]
    try:
        raises = importlib.import_module("_pytest.raises")
        kinds += [raises.RaisesExc, raises.RaisesGroup]
    except ImportError:
        kinds.append(importlib.import_module("_pytest.python_api").RaisesContext)
    for kind in kinds:
        if "__exit__" in vars(kind):
            kind.__exit__ = _expecting(kind.__exit__)
