"""Literal values of a source, in one form by which equal ones are equal however written."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Mapping, Sequence

Value = Hashable
Names = Mapping[str, ast.expr]
#: The inputs of one call, and what it gives.
Case = tuple[Value, Value]

#: What reading an expression that is no literal raises.
UNREADABLE = (ValueError, TypeError, SyntaxError, MemoryError, RecursionError)


class NotLiteral(Exception):
    """The expression is no literal."""


def literal(node: ast.expr, names: Names) -> Value:
    """The value of a literal; names stand for what they are bound to.

    Lists and tuples are the same, one of a single element is that element, and a string that
    spells a container is that container: a table of cases is written in any of these ways.
    """
    match resolved(node, names):
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            values = tuple(literal(part, names) for part in parts)
            return values[0] if len(values) == 1 else ("sequence", *values)
        case ast.Set(elts=parts):
            return frozenset(literal(part, names) for part in parts)
        case ast.Dict(keys=keys) as table if None not in keys:
            pairs = entries_of(table)
            return frozenset((literal(key, names), literal(one, names)) for key, one in pairs)
        case ast.Call(func=ast.Name(id="tuple" | "list" | "set" | "frozenset"), args=[inner]):
            return literal(inner, names)
        case constant:
            try:
                return _constant(ast.literal_eval(constant))
            except UNREADABLE:
                raise NotLiteral from None


def literals(nodes: Iterable[ast.expr], names: Names) -> list[Value]:
    """The values of literals; [] where one of them is none."""
    try:
        return [literal(node, names) for node in nodes]
    except NotLiteral:
        return []


def sequence(parts: Iterable[ast.expr]) -> ast.Tuple:
    """An expression for several values; for one, it has that value."""
    return ast.Tuple([*parts], ast.Load())


def entries_of(node: ast.Dict) -> list[tuple[ast.expr, ast.expr]]:
    """Keys with values; [] where another dictionary is put into it."""
    pairs = zip(node.keys, node.values, strict=True)
    return [(key, value) for key, value in pairs if key] if None not in node.keys else []


def resolved(node: ast.expr, names: Names) -> ast.expr:
    """What a name is bound to, or the node itself."""
    for _ in range(len(names)):
        if not isinstance(node, ast.Name) or node.id not in names:
            break
        node = names[node.id]
    return node


def bound_once(body: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    """Names that these statements bind once, to an expression."""
    found: dict[str, ast.expr] = {}
    often = set()
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            often |= {name} & found.keys()
            found[name] = node.value
    return {name: value for name, value in found.items() if name not in often}


def _constant(value: object) -> Value:
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, str) and value[:1] in "([{0123456789-" and "," in value:
        try:
            return literal(ast.parse(value, mode="eval").body, {})
        except (NotLiteral, *UNREADABLE):
            return value
    return value if isinstance(value, Hashable) else repr(value)
