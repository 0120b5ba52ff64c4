"""Gives assertions that the tests call by a short name of their own their full name back.

`eq = self.assertEqual`, and `eq(f(2), 4)` from then on, is an assertion like any other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from provisioner.judge.constants import Names


def spell_out(tree: ast.Module, names: Names) -> None:
    """Rewrite a module in place."""
    found: dict[str, list[ast.Attribute]] = {}
    for node in ast.walk(tree):
        for target, value in _assigned(node):
            if isinstance(value, ast.Attribute) and value.attr.startswith("assert"):
                found.setdefault(target.id, []).append(value)
    aliases = {
        name: values[0]
        for name, values in found.items()
        if names.bound[name] == len(values) and len({ast.unparse(one) for one in values}) == 1
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in aliases:
                full = aliases[name]
                node.func = ast.copy_location(
                    ast.Attribute(full.value, full.attr, ast.Load()), node.func
                )


def _assigned(node: ast.AST) -> Iterator[tuple[ast.Name, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name() as target], value=value):
            yield target, value
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            for one, part in zip(targets, values, strict=False):
                if isinstance(one, ast.Name):
                    yield one, part
