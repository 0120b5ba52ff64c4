"""What the names and expressions of a test file stand for, as far as its source says."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection

_BUILTINS = frozenset(dir(builtins))
#: Functions that return the module that their first argument names.
_IMPORTERS = frozenset(
    ("importlib.import_module", "importlib.reload", "pytest.importorskip", "builtins.__import__")
)
#: Assignments that refer to each other in a circle end after as many steps.
_STEPS = 20
_LOGGER = frozenset(("logging.Logger",))


class Origins:
    """Dotted origins of names: `import main as m` makes `m.f` stand for `main.f`.

    Names are looked up without regard to scopes: a name that is bound twice to different things
    has all of its origins.

    Args:
        tree: the test file.
        modules: the modules under test, such as ("main",).

    Attributes:
        nodes: all of the tree, as ast.walk gives them.
    """

    def __init__(self, tree: ast.Module, modules: Collection[str] = ("main",)) -> None:
        self.modules = frozenset(modules)
        self._imported: dict[str, set[str]] = {}
        self._assigned: dict[str, list[ast.expr]] = {}
        self._bound: set[str] = set()
        self._set_up: set[str] = set()  # loggers of the tests' own
        self._stars: list[str] = []
        self.nodes = tuple(ast.walk(tree))
        for node in self.nodes:
            self._bind(node)

    def of(self, node: ast.AST) -> frozenset[str]:
        """Dotted origins of an expression; empty where it is nothing that was imported."""
        return self._of(node, _STEPS)

    def one(self, node: ast.AST) -> str:
        """The origin of an expression that has one alone, "" for others."""
        origins = self.of(node)
        return min(origins) if len(origins) == 1 else ""

    def of_main(self, node: ast.AST) -> bool:
        """Whether an expression is a module under test or something that it defines."""
        return any(origin.partition(".")[0] in self.modules for origin in self.of(node))

    def below_main(self, node: ast.AST) -> bool:
        """Whether an expression is computed with anything of a module under test."""
        return any(
            self.of_main(part) for part in ast.walk(node) if isinstance(part, ast.Name | ast.Call)
        )

    def resolved(self, node: ast.expr) -> ast.expr:
        """What a name is assigned where that is one thing, or the node itself."""
        for _ in range(_STEPS):
            values = self._assigned.get(node.id, []) if isinstance(node, ast.Name) else []
            if len(values) != 1:
                break
            node = values[0]
        return node

    def _of(self, node: ast.AST, steps: int) -> frozenset[str]:
        match node:
            case ast.Name(id=name) if steps:
                return self._of_name(name, steps)
            case ast.Attribute(value=value, attr=name):
                return frozenset(f"{origin}.{name}" for origin in self._of(value, steps))
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if (
                self._of(func, steps) & _IMPORTERS
            ):
                return frozenset((name,))
            case ast.Call(func=func) if "logging.getLogger" in self._of(func, steps):
                return _LOGGER
            case ast.Call(func=func, args=[module, *_]) if self._of(func, steps) & _IMPORTERS:
                return self._of(module, steps)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
                if "sys.modules" in self._of(value, steps):
                    return frozenset((name,))
        return frozenset()

    def _of_name(self, name: str, steps: int) -> frozenset[str]:
        found = set(self._imported.get(name, ()))
        for value in self._assigned.get(name, ()):
            found |= self._of(value, steps - 1) - (_LOGGER if name in self._set_up else set())
        if not found and name not in self._bound:
            if name in _BUILTINS:
                return frozenset((f"builtins.{name}",))
            found = {f"{module}.{name}" for module in self._stars}
        return frozenset(found)

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    first = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._imported.setdefault(alias.asname or first, set()).add(first)
            case ast.ImportFrom(module=str(module), names=aliases):
                for alias in aliases:
                    if alias.name == "*":
                        self._stars.append(module)
                    else:
                        name, origin = alias.asname or alias.name, f"{module}.{alias.name}"
                        self._imported.setdefault(name, set()).add(origin)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, value)
            case ast.Call(func=ast.Attribute(ast.Name(id=name), "addHandler" | "addFilter")):
                self._set_up.add(name)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                self._bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._bound.add(name)
            case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                self._bound.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self._bound.add(name)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._assigned.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, part in zip(target.elts, value.elts, strict=False):
                self._assign(one, part)
