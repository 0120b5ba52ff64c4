"""Stretches of main.py that no test could or should notice a change in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Position = tuple[int, int]
Span = tuple[Position, Position]

#: Decorators that change nothing a test should see: speed, documentation, a type checker's view.
_SILENT = frozenset(("cache", "lru_cache", "wraps", "override", "overload", "final"))
_TYPE_MAKERS = frozenset(("TypeVar", "ParamSpec", "TypeVarTuple", "NewType", "TypedDict"))


class Excluded:
    """Answers whether a position lies in such a stretch."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._lines = text.split("\n")
        self._spans = list(_spans(tree))

    def __contains__(self, position: Position) -> bool:
        """The position: line from 1, column in characters."""
        line, column = position
        width = len(self._lines[line - 1][:column].encode())
        return any(start <= (line, width) < end for start, end in self._spans)


def _spans(tree: ast.Module) -> Iterator[Span]:
    for node in ast.walk(tree):
        for decorator in getattr(node, "decorator_list", []):
            if _name(decorator) in _SILENT:
                yield (decorator.lineno, 0), _span(decorator)[1]  # with its @
        yield from map(_span, _nodes(node))


def _nodes(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    match node:
        case ast.arg(annotation=ast.expr() as annotation):
            yield from _annotation(annotation)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if node.returns:
                yield from _annotation(node.returns)
            if any(_name(one) == "overload" for one in node.decorator_list):
                yield node
        case ast.AnnAssign(annotation=annotation, value=value):
            yield from _annotation(annotation)
            if value and _name(annotation) == "TypeAlias":
                yield value
        case ast.If(test=test) if never_tested(test):
            yield node
        case ast.ClassDef() if any(_name(base) == "Protocol" for base in node.bases):
            yield node
        case ast.Call(args=[first, *_]) if _name(node.func) == "cast":
            yield first
        case ast.Assign(value=value) if _is_type(value) or _is_dunder(node.targets[0]):
            yield value


def _annotation(node: ast.expr) -> Iterator[ast.expr]:
    """An annotation, but for what it says to a validator: `Annotated[int, Field(ge=1)]`."""
    if isinstance(node, ast.Subscript) and _name(node.value) == "Annotated":
        if isinstance(node.slice, ast.Tuple):
            yield from _annotation(node.slice.elts[0])
    else:
        yield node


def never_tested(test: ast.expr) -> bool:
    """Whether a condition holds only for a type checker or for `python main.py`."""
    if isinstance(test, ast.Compare):
        return isinstance(test.left, ast.Name) and test.left.id == "__name__"
    return _name(test) == "TYPE_CHECKING"


def _is_type(value: ast.expr) -> bool:
    """Whether a value is a type made up of others, such as `int | None`."""
    if isinstance(value, ast.BinOp):
        sides = (value.left, value.right)
        return isinstance(value.op, ast.BitOr) and any(map(_names_type, sides))
    return isinstance(value, ast.Call) and _name(value.func) in _TYPE_MAKERS


def _names_type(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None
    return _name(node) in {"int", "str", "float", "bool", "bytes", "list", "dict", "tuple", "set"}


def _is_dunder(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id.startswith("__") and target.id.endswith("__")


def _name(node: ast.expr) -> str:
    """The last part of the name of what a node is, calls or subscribes."""
    if isinstance(node, ast.Call):
        return _name(node.func)
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _span(node: ast.expr | ast.stmt) -> Span:
    """From first to after last position, in UTF-8 bytes."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
