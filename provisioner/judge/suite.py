"""What the judge knows of a suite before it runs it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Literal

from provisioner.judge.names import Names
from provisioner.judge.runners import leave_running_out
from provisioner.judge.style import Style, classes_of, style_of, test_methods
from provisioner.suite.isolation import decide_isolation

#: What two processes carry, see inside/library.py.
_CARRIED = frozenset(("patched_library", "patched_builtins"))


@dataclass(frozen=True, slots=True)
class PreparedSuite:
    """A suite that can be run, or why not.

    Attributes:
        style: the runner it wants.
        source: what is executed.
        tests: about how many tests it holds.
        asserting: tests whose own source holds assertions, as ``Class.method`` or ``function``.
        asserts: whether anything in the file asserts anything, as far as its source says.
        fault: why it cannot be run, "" where it can.
    """

    style: Style
    source: str
    tests: int
    fault: str = ""
    asserting: frozenset[str] = frozenset()
    asserts: bool = True
    isolation: Literal["separate", "shared"] = "separate"
    why_shared: str = ""


def prepare(tests: bytes) -> PreparedSuite:
    """Read a suite."""
    try:
        return _prepare(tests)
    except RecursionError:
        return PreparedSuite("script", "", 0, "test.py: it is nested too deeply to be read")


def _prepare(tests: bytes) -> PreparedSuite:
    try:
        tree = ast.parse(tests)
        text = _decoded(tests)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f"line {error.lineno}: " if isinstance(error, SyntaxError) and error.lineno else ""
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        return PreparedSuite("script", "", 0, f"test.py: {where}{type(error).__name__}: {said}")
    names = Names(tree)
    style = _style(tree, names)
    if style != "script":
        count = len(tree.body)
        leave_running_out(tree, names)
        if len(tree.body) < count:
            text = "".join(text.splitlines(keepends=True)[: _end(tree)])
    known = classes_of(tree)
    number = sum(len(test_methods(node, known)) for node in known.values())
    number += sum(getattr(node, "name", "").startswith("test") for node in tree.body)
    reasons = [one for one in decide_isolation(tests).reasons if one.kind not in _CARRIED]
    suite = PreparedSuite(
        style, text, number, asserting=_asserting(tree), asserts=_asserts_anything(tree, style)
    )
    if not reasons:
        return suite
    why = f"line {reasons[0].line}: {reasons[0].text}"
    return replace(suite, isolation="shared", why_shared=why)


def _asserts_anything(tree: ast.Module, style: Style) -> bool:
    """Whether anything in a file can fail for what main.py answers."""
    if style == "doctest":
        return True
    for node in ast.walk(tree):
        match node:
            case ast.Assert() | ast.Raise():
                return True
            case ast.If() if style == "script":
                return True
            case ast.Attribute(attr=name) | ast.Name(id=name):
                if name.startswith(("assert", "fail", "raises", "warns", "check", "deprecated")):
                    return True
    return any(getattr(node, "name", "") == "load_tests" for node in tree.body)


def _asserting(tree: ast.Module) -> frozenset[str]:
    """Names of tests that hold an assert statement or call an assert method."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{one.name}" for one in node.body if _asserts(one)}  # type: ignore[attr-defined]
        elif _asserts(node):
            found.add(node.name)  # type: ignore[attr-defined]
    return frozenset(found)


def _asserts(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return any(
        isinstance(part, ast.Assert)
        or (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr.startswith("assert")
        )
        for part in ast.walk(node)
    )


def _style(tree: ast.Module, names: Names) -> Style:
    """The runner; a file that leaves with a number of its own counting is a script."""
    try:
        style: Style = style_of(tree, names)
    except RecursionError:
        return "script"
    if style in ("functions", "pytest") and tree.body and _leaves(tree.body[-1], names):
        return "script"
    decorators = {
        getattr(one, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for one in node.decorator_list
    }
    tests = {getattr(node, "name", "") for node in tree.body}
    found = {name for name in tests if name.startswith("test")}
    if style in ("functions", "pytest") and found and found <= decorators:
        return "script"
    return style


def _leaves(node: ast.stmt, names: Names) -> bool:
    """``sys.exit(failed)`` and its like at the end, with anything but a runner in it."""
    match node:
        case (
            ast.Expr(value=ast.Call(func=func, args=[value]))
            | ast.Raise(exc=ast.Call(func=func, args=[value]))
        ):
            if names.origin(func) in ("sys.exit", "builtins.exit", "builtins.SystemExit"):
                return not (
                    isinstance(value, ast.Call)
                    and names.origin(value.func) in ("unittest.main", "pytest.main")
                )
    return False


def _end(tree: ast.Module) -> int:
    return tree.body[-1].end_lineno or 0


def _decoded(tests: bytes) -> str:
    import io
    import tokenize

    encoding, _ = tokenize.detect_encoding(io.BytesIO(tests).readline)
    return io.TextIOWrapper(io.BytesIO(tests), encoding, newline=None).read()
