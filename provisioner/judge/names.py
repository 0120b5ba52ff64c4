"""What each name in a file of tests stands for."""

from __future__ import annotations

import ast
import builtins

BUILTINS = frozenset(dir(builtins))


class Names:
    """What each name in the tests stands for, as far as their imports say.

    Attributes:
        star: something is imported by `from … import *`.
        imported: name to dotted origin, for names bound by one import and nothing else.
        bound: every name that the file binds anywhere, and how often.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.star = False
        self.bound: dict[str, int] = {}
        self.imported: dict[str, str] = {}
        for node in ast.walk(tree):
            self._bind(node)
        for name in [name for name in self.imported if self.bound[name] > 1]:
            del self.imported[name]

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                self._count(name)
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                self._count(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._count(name)
            case ast.ClassDef(name=name):
                self._count(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    self._count(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self._count(name)
            case ast.Import(names=aliases):
                for alias in aliases:
                    first = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._import(alias.asname or first, first)
            case ast.ImportFrom(module=module, names=aliases):
                for alias in aliases:
                    self.star |= alias.name == "*"
                    self._import(alias.asname or alias.name, f"{module}.{alias.name}")

    def _count(self, name: str) -> None:
        self.bound[name] = self.bound.get(name, 0) + 1

    def _import(self, name: str, origin: str) -> None:
        if self.imported.get(name) != origin:
            self._count(name)
        self.imported[name] = origin

    def origin(self, node: ast.expr) -> str:
        """The dotted name an expression stands for, such as "pytest.raises"; "" if unknown."""
        match node:
            case ast.Name(id=name):
                if name in self.imported:
                    return self.imported[name]
                return f"builtins.{name}" if name in BUILTINS and name not in self.bound else ""
            case ast.Attribute(value=value, attr=attribute):
                parent = self.origin(value)
                return f"{parent}.{attribute}" if parent else ""
        return ""
