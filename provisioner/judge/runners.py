"""Runners: one that a file of tests ends with, and what pytest needs to run it."""

from __future__ import annotations

import ast
import re

from provisioner.judge.names import Names
from provisioner.judge.style import style_of


def leave_running_out(tree: ast.Module, names: Names) -> None:
    """Take away a runner that the file ends with, where nothing keeps it from being imported.

    With a guard, as in ``if __name__ == "__main__":``, it is not reached in the first place.
    """
    if len(tree.body) > 1 and _runs(tree.body[-1], names):
        del tree.body[-1]


def pytest_plugins(tests: bytes) -> list[str]:
    """Plug-ins of pytest that the source of tests makes use of; others are not loaded."""
    plugins = ["pytest_asyncio.plugin"] if b"async" in tests else []
    plugins += ["anyio.pytest_plugin"] if b"anyio" in tests else []
    plugins += ["junitxml"] if b"record_" in tests else []
    plugins += ["cacheprovider"] if re.search(rb"[(,]\s*cache\b", tests) else []
    return plugins


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
