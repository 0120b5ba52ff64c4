"""Writes an importable stub of main.py from what the tests take from it."""

from __future__ import annotations

import ast
import builtins


def stub_for(tests: bytes) -> bytes:
    """A main.py that has every name the tests use and can do nothing.

    Functions and methods raise NotImplementedError when called, classes when instantiated;
    exceptions are exceptions. A suite that cannot be parsed gives an empty stub.
    """
    try:
        tree = ast.parse(tests)
    except (SyntaxError, ValueError):
        return b""
    names: dict[str, str] = {}
    modules: set[str] = set()
    star = False
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "main" and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    star = True
                else:
                    names[alias.asname or alias.name] = alias.name
        elif isinstance(node, ast.Import):
            modules |= {a.asname or a.name for a in node.names if a.name == "main"}
    wanted = set(names.values()) | (_unbound(tree) if star else set())
    raised: set[str] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in modules
        ):
            wanted.add(node.attr)
        if isinstance(node, ast.ExceptHandler) and node.type:
            raised |= _names(node.type, names, modules)
        if isinstance(node, ast.Call) and node.args and _called(node) in _RAISERS:
            raised |= _names(node.args[0], names, modules)
    lines = []
    for name in sorted(wanted):
        if name in raised:
            lines.append(f"class {name}(Exception):\n    pass\n")
        elif name[:1].isupper() and not name.isupper():
            lines.append(
                f"class {name}:\n    def __init__(self, *args, **kwargs):\n"
                f"        raise NotImplementedError({name!r})\n"
            )
        else:
            lines.append(f"def {name}(*args, **kwargs):\n    raise NotImplementedError({name!r})\n")
    return "\n\n".join(lines).encode()


def _unbound(tree: ast.Module) -> set[str]:
    """Names that only `from main import *` can have brought."""
    loaded: set[str] = set()
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return {name for name in loaded - bound if not name.startswith("__")}


_RAISERS = {"assertRaises", "assertRaisesRegex", "raises", "assertWarns", "warns"}


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _names(node: ast.expr, names: dict[str, str], modules: set[str]) -> set[str]:
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in names:
            found.add(names[part.id])
        elif (
            isinstance(part, ast.Attribute)
            and isinstance(part.value, ast.Name)
            and part.value.id in modules
        ):
            found.add(part.attr)
    return found
