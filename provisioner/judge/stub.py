"""Writes an importable stub of main.py from what the tests take from it."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

_BASE = Path(__file__).with_name("stub_base.py")
_EXPECTING = frozenset(
    ("assertRaises", "assertRaisesRegex", "raises", "assertWarns", "assertWarnsRegex", "warns")
)
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
        self._own: dict[str, str] = {}  # the tests' name for it: main's
        self._modules: set[str] = set()
        star = False
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "main" and not node.level:
                for alias in node.names:
                    star |= alias.name == "*"
                    self._own[alias.asname or alias.name] = alias.name
            elif isinstance(node, ast.Import):
                self._modules |= {a.asname or a.name for a in node.names if a.name == "main"}
        self._own.pop("*", None)
        self.names = set(self._own.values())
        self.raised: set[str] = set()
        self.inherited: set[str] = set()
        if star:
            unbound = _unbound(tree)
            self._own |= {name: name for name in unbound}
            self.names |= unbound
        for node in ast.walk(tree):
            self._look(node)
        self.names |= self.raised | self.inherited

    def _look(self, node: ast.AST) -> None:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in self._modules:
                self.names.add(attribute)
            case ast.ExceptHandler(type=ast.expr() as kind):
                self.raised |= set(self._named(kind))
            case ast.Call(func=func, args=[first, *_]) if _name(func) in _EXPECTING:
                self.raised |= set(self._named(first))
            case ast.Raise(exc=ast.Call(func=func)):
                self.raised |= set(self._named(func))
            case ast.ClassDef(bases=bases):
                self.inherited |= {name for base in bases for name in self._named(base)}
            case ast.Call(func=func, args=[ast.Name(id=name), ast.Constant(value=str(text)), *_]):
                if name in self._modules and _name(func) in ("object", "setattr", "delattr"):
                    self.names.add(text)
            case ast.Constant(value=str(text)):
                match = _PATCHED.match(text)
                if match:
                    self.names.add(match[1])

    def _named(self, node: ast.expr) -> Iterator[str]:
        """Names of main's that an expression consists of, `A`, `main.A` or a tuple of them."""
        match node:
            case ast.Name(id=name) if name in self._own:
                yield self._own[name]
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in self._modules:
                yield attribute
            case ast.Tuple(elts=parts):
                for part in parts:
                    yield from self._named(part)


def _unbound(tree: ast.Module) -> set[str]:
    """Names that only `from main import *` can have brought."""
    loaded: set[str] = set()
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                loaded.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound.add(name)
            case ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=other):
                bound.add((other or name).partition(".")[0])
    return {name for name in loaded - bound if not name.startswith("__")}


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
