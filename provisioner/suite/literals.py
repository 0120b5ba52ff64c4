"""Literal values of a source, in one form by which equal ones are equal however written."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Mapping, Sequence

Value = Hashable
Names = Mapping[str, ast.expr]
#: The inputs of one call, and what it gives.
Case = tuple[Value, Value]


class NotLiteral(Exception):
    """The expression is no literal."""


def literal(node: ast.expr, names: Names) -> Value:
    """The value of a literal; names stand for what they are bound to.

    Lists and tuples are the same, one of a single element is that element, and a string that
    spells a container is that container: a table of cases is written in any of these ways.

    Raises:
        NotLiteral: it is none.
    """
    match resolved(node, names):
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return _sequence(tuple(literal(part, names) for part in parts))
        case ast.Set(elts=parts):
            return frozenset(literal(part, names) for part in parts)
        case ast.Dict(keys=keys, values=values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return frozenset((literal(k, names), literal(v, names)) for k, v in pairs if k)
        case ast.Call(func=ast.Name(id="tuple" | "list" | "set" | "frozenset"), args=[inner]):
            return literal(inner, names)
        case constant:
            try:
                return _constant(ast.literal_eval(constant))
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                raise NotLiteral from None


def resolved(node: ast.expr, names: Names) -> ast.expr:
    """What a name is bound to, or the node itself."""
    for _ in range(len(names)):
        if not isinstance(node, ast.Name) or node.id not in names:
            break
        node = names[node.id]
    return node


def is_literal(node: ast.expr) -> bool:
    """Whether an expression is a literal by itself."""
    try:
        literal(node, {})
    except NotLiteral:
        return False
    return True


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


def _sequence(parts: tuple[Value, ...]) -> Value:
    return parts[0] if len(parts) == 1 else ("sequence", *parts)


def _constant(value: object) -> Value:
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, str) and value[:1] in "([{0123456789-" and "," in value:
        try:
            return literal(ast.parse(value, mode="eval").body, {})
        except (NotLiteral, SyntaxError, ValueError, MemoryError, RecursionError):
            return value
    return value if isinstance(value, Hashable) else repr(value)
