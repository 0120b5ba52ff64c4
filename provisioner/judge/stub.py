"""Writes an importable stub of main.py from what the tests take from it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from provisioner.suite.origins import Origins
from provisioner.suite.parse import called

_BASE = Path(__file__).with_name("stub_base.py")
_EXPECTING = frozenset(
    ("assertRaises", "assertRaisesRegex", "raises", "assertWarns", "assertWarnsRegex", "warns")
)
_SETTING = ("object", "setattr", "delattr")
_PATCHED = re.compile(r"main\.([A-Za-z_]\w*)")


def stub_for(tests: bytes) -> bytes:
    """A main.py that has every name the tests use and can do nothing.

    Functions, constants and methods raise NotImplementedError when used, classes when made into
    objects; what the tests expect to be raised is an exception class. The NotImplementedError is
    one that `except Exception` does not catch. A suite that cannot be parsed gives a stub without
    names.
    """
    try:
        tree = ast.parse(tests)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = ast.Module([], [])
    use = _Use(tree)
    lines = [_definition(name, use) for name in sorted(use.names)]
    public = sorted(name for name in use.names if not name.startswith("_"))
    return "\n".join((_BASE.read_text(), f"\n__all__ = {public!r}\n", *lines, "")).encode()


def _definition(name: str, use: _Use) -> str:
    if name in use.raised or name.endswith(("Error", "Exception")):
        return f"class {name}(Exception): pass"
    if name in use.inherited or (name[:1].isupper() and not name.isupper()):
        return f"{name} = missing_class({name!r})"
    return f"{name} = Missing({name!r})"


class _Use:
    """What a test file takes from main.

    Attributes:
        names: all it takes.
        raised: those it expects to be raised, or catches.
        inherited: those it inherits from.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._origins = Origins(tree)
        self.names: set[str] = set()
        self.raised: set[str] = set()
        self.inherited: set[str] = set()
        for node in self._origins.nodes:
            self.names |= self._named(node)
            self._look(node)
        self.names |= self.raised | self.inherited

    def _look(self, node: ast.AST) -> None:
        match node:
            case ast.ImportFrom(module="main", names=aliases, level=0):
                self.names |= {alias.name for alias in aliases} - {"*"}
            case ast.ExceptHandler(type=ast.expr() as kind):
                self.raised |= self._named(kind)
            case ast.Call(args=[first, *_]) if called(node) in _EXPECTING:
                self.raised |= self._named(first)
            case ast.Raise(exc=ast.Call(func=func)):
                self.raised |= self._named(func)
            case ast.ClassDef(bases=bases):
                self.inherited |= {name for base in bases for name in self._named(base)}
            case ast.Call(args=[module, ast.Constant(value=str(text)), *_]):
                if "main" in self._origins.of(module) and called(node) in _SETTING:
                    self.names.add(text)
            case ast.Constant(value=str(text)) if match := _PATCHED.match(text):
                self.names.add(match[1])

    def _named(self, node: ast.AST) -> set[str]:
        """Names of main's that an expression is, or as a tuple holds."""
        if isinstance(node, ast.Tuple):
            return {name for part in node.elts for name in self._named(part)}
        if isinstance(node, ast.Name) and node.id.startswith("__"):
            return set()  # a module's own, whatever `from main import *` brings
        origins = (one.split(".") for one in self._origins.of(node))
        return {parts[1] for parts in origins if len(parts) == 2 and parts[0] == "main"}
