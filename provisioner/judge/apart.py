"""Whether tests can be run in a process of their own, the code they test being in another.

Computed expected values cannot be left out of the tests. Where the tests do no more than call
functions, they are run once without the code beside them: it gets arguments and gives results, and
nothing else of theirs is within its reach.
"""

from __future__ import annotations

import ast

from provisioner.judge.constants import Names

#: What tests may import for that; none of these reaches into the code under test.
_HARMLESS = frozenset(
    (
        *("main", "pytest", "unittest", "__future__", "typing", "math", "random", "itertools"),
        *(
            "functools",
            "collections",
            "collections.abc",
            "string",
            "re",
            "operator",
            "decimal",
            "fractions",
        ),
        *("datetime", "statistics"),
    )
)
_ONE_PROCESS = frozenset(
    (
        *("capsys", "capfd", "capsysbinary", "capfdbinary", "caplog", "monkeypatch", "recwarn"),
        *("assertIs", "assertIsNot", "assertLogs", "assertNoLogs", "assertWarns", "warns", "mock"),
        *("seed", "setstate", "patch", "modules", "id", "globals", "locals", "vars", "open"),
        *("__import__", "__name__", "__doc__", "__file__", "eval", "exec", "print", "input"),
    )
)


def can_be_apart(tree: ast.Module, names: Names) -> bool:
    """Whether the tests use nothing of main but its functions, and those by calling them."""
    if names.star:
        return False
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return all(_keeps_apart(node, names, called) for node in ast.walk(tree))


def _keeps_apart(node: ast.AST, names: Names, called: set[int]) -> bool:
    match node:
        case ast.Import(names=aliases):
            return all(one.name in _HARMLESS for one in aliases)
        case ast.ImportFrom(module=module, names=aliases):
            return module in _HARMLESS and not any(one.name in _ONE_PROCESS for one in aliases)
        case ast.AsyncFunctionDef() | ast.Await() | ast.Global() | ast.Nonlocal():
            return False
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.Compare(ops=ops, comparators=parts):
            pairs = zip(ops, parts, strict=True)
            return all(
                not isinstance(op, ast.Is | ast.IsNot) or isinstance(part, ast.Constant)
                for op, part in pairs
            )
        case ast.arg(arg=name):
            return name not in _ONE_PROCESS
        case ast.Attribute(attr=name):
            if names.origin(node.value) == "main":
                return id(node) in called
            return name not in _ONE_PROCESS
        case ast.Name(id="__name__"):
            return True
        case ast.Name(id=name):
            origin = names.origin(node)
            if origin.startswith("main."):
                return id(node) in called
            return origin == "main" or name not in _ONE_PROCESS
    return True
