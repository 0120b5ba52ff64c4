"""How a test file wants to be run."""

from __future__ import annotations

import ast
import doctest

from provisioner.judge.claims import Example, Style
from provisioner.judge.constants import Names

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def style_of(tree: ast.Module, names: Names) -> Style:
    """The simplest way of running the file that runs all of it."""
    functions = [
        node for node in tree.body if isinstance(node, _Function) and node.name.startswith("test")
    ]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    cases = [node for node in classes if is_case(node, classes, names)]
    plain = [node for node in classes if is_plain(node, cases)]
    if functions or plain:
        simple = not plain and not cases and not _uses_pytest(tree)
        bare = all(not _parameters(node) and not node.decorator_list for node in functions)
        return "functions" if simple and bare else "pytest"
    if any(_methods(node) for node in cases):
        return "unittest"
    return "doctest" if examples_of(tree) and not _asserts(tree) else "script"


def leave_running_out(tree: ast.Module, names: Names) -> None:
    """Take away a runner that the file ends with, where nothing keeps it from being imported.

    With a guard, as in ``if __name__ == "__main__":``, it is not reached in the first place.
    """
    if len(tree.body) > 1 and _runs(tree.body[-1], names):
        del tree.body[-1]


def without_runner(tests: bytes) -> bytes:
    """The source of tests that can be imported, with all other lines where they were."""
    try:
        tree = ast.parse(tests)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return tests
    names = Names(tree)
    if style_of(tree, names) == "script" or len(tree.body) < 2 or tree.body[-1].col_offset:
        return tests
    last = tree.body[-1]
    lines = tests.splitlines(keepends=True)
    return b"".join(lines[: last.lineno - 1]) if _runs(last, names) else tests


def _runs(node: ast.stmt, names: Names) -> bool:
    """``unittest.main()``, ``sys.exit(pytest.main([__file__]))``, ``raise SystemExit(…)``."""
    match node:
        case ast.Expr(value=ast.Call() as call) | ast.Raise(exc=ast.Call() as call):
            if names.origin(call.func) in ("sys.exit", "builtins.exit", "builtins.SystemExit"):
                return len(call.args) == 1 and _runs(ast.Expr(call.args[0]), names)
            return names.origin(call.func) in ("unittest.main", "pytest.main")
    return False


def is_case(node: ast.ClassDef, classes: list[ast.ClassDef], names: Names) -> bool:
    """Whether a class is a unittest.TestCase, by its bases in this file and unittest's own."""
    by_name = {one.name: one for one in classes}
    for base in node.bases:
        origin = names.origin(base)
        if origin.startswith("unittest.") and origin.endswith("TestCase"):
            return True
        parent = by_name.get(base.id, node) if isinstance(base, ast.Name) else node
        others = [one for one in classes if one is not node]
        if parent is not node and is_case(parent, others, names):
            return True
        if ast.unparse(base).endswith("TestCase"):
            return True
    return False


def is_plain(node: ast.ClassDef, cases: list[ast.ClassDef]) -> bool:
    """Whether pytest takes a class that is no TestCase."""
    named = node.name.startswith("Test") and node not in cases and bool(_methods(node))
    return named and not any(
        isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in node.body
    )


def _methods(node: ast.ClassDef) -> list[str]:
    return [
        part.name
        for part in node.body
        if isinstance(part, _Function) and part.name.startswith("test")
    ]


def _parameters(node: _Function) -> bool:
    return any(isinstance(part, ast.arg) for part in ast.walk(node.args))


def _uses_pytest(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(
            alias.name.partition(".")[0] == "pytest" for alias in node.names
        ):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "pytest":
            return True
    return False


def _asserts(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(tree))


def examples_of(tree: ast.Module) -> dict[str, tuple[Example, ...]]:
    """The doctests of the file, by "doctest" and the name of what they document."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | _Function):
            text = ast.get_docstring(node, clean=False)
            if text and ">>>" in text:
                name = "doctest" if isinstance(node, ast.Module) else f"doctest.{node.name}"
                first = node.body[0].lineno
                found[name] = tuple(
                    Example(one.source, one.want, first + one.lineno, one.exc_msg, one.options)
                    for one in doctest.DocTestParser().get_examples(text, name)
                )
    return {name: examples for name, examples in found.items() if examples}
