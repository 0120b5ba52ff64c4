"""Expressions that are safe to evaluate in the tests' process, whoever wrote them."""

from __future__ import annotations

import ast
import builtins
import types
from collections.abc import Callable, Mapping
from typing import Any

from ..connection.values import words

#: Modules of the library of which classes and functions may be named.
MODULES = words("math cmath datetime decimal fractions statistics")
#: Builtins that compute and look nothing up.
_FUNCTIONS = words(
    "abs all any ascii bin bool bytes chr complex dict divmod enumerate filter float frozenset hex "
    "int len list map max min oct ord pow range repr reversed round set slice sorted str sum tuple "
    "zip"
)
#: Methods of plain data.
_METHODS = frozenset(
    name
    for kind in (str, bytes, int, float, list, tuple, dict, set)
    for name in dir(kind)
    if not name.startswith("_") and not name.startswith("format")
)
_NODES = (
    *(ast.Expression, ast.Constant, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp),
    *(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Subscript, ast.Slice, ast.Starred, ast.Call),
    *(ast.keyword, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension),
    *(ast.Lambda, ast.arguments, ast.arg, ast.Name, ast.Attribute, ast.expr_context),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)


def names_in(tree: ast.AST) -> set[str]:
    """The names that an expression looks up."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def is_safe(tree: ast.Expression, names: Mapping[str, Any], known: Callable[[Any], bool]) -> bool:
    """Whether an expression can do no more than compute with what it names.

    Args:
        tree: the expression.
        names: what it sees beside _FUNCTIONS.
        known: whether an object's attributes are no secret: main's own.
    """
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }

    def safe(node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in names:
                owner = names[name]
                if isinstance(owner, types.ModuleType) and not known(owner):
                    return owner.__name__ in MODULES and attribute in _public(owner)
                return attribute in _METHODS or (known(owner) and attribute[0] != "_")
            case ast.Attribute(attr=attribute):
                return attribute in _METHODS
            case ast.Name(id=name):
                return name in bound or name in names or name in _FUNCTIONS
        return isinstance(node, _NODES)

    return all(safe(node) for node in ast.walk(tree))


def _public(module: types.ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if name[0] != "_" and not isinstance(value, types.ModuleType)
    ]


#: Such an expression's builtins.
SAFE_BUILTINS = {name: getattr(builtins, name) for name in _FUNCTIONS}
