"""Stretches of main.py that no test could or should notice a change in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Position = tuple[int, int]

#: Decorators that change nothing a test should see: speed, documentation, a type checker's view.
_SILENT = frozenset(("cache", "lru_cache", "wraps", "override", "overload", "final"))
_TYPE_MAKERS = frozenset(("TypeVar", "ParamSpec", "TypeVarTuple", "NewType", "TypedDict"))
_TYPES = frozenset(("int", "str", "float", "bool", "bytes", "list", "dict", "tuple", "set"))


class Excluded:
    """Answers whether a position lies in such a stretch."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._lines = text.split("\n")
        self._spans = [
            ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
            for part in ast.walk(tree)
            for node in _nodes(part)
        ]

    def __contains__(self, position: Position) -> bool:
        """The position: line from 1, column in characters."""
        line, column = position
        width = len(self._lines[line - 1][:column].encode())
        return any(start <= (line, width) < end for start, end in self._spans)


def _nodes(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    for decorator in getattr(node, "decorator_list", []):
        if _name(decorator) in _SILENT:
            decorator.col_offset = 0  # with its @
            yield decorator
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
        case ast.Assign(targets=[target, *_], value=value):
            name = target.id if isinstance(target, ast.Name) else ""
            if _is_type(value) or (name.startswith("__") and name.endswith("__")):
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
    match value:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            none = any(isinstance(one, ast.Constant) and one.value is None for one in (left, right))
            return none or not _TYPES.isdisjoint((_name(left), _name(right)))
        case ast.Call(func=func):
            return _name(func) in _TYPE_MAKERS
    return False


def _name(node: ast.expr) -> str:
    """The last part of the name of what a node is, calls or subscribes."""
    match node:
        case ast.Call(func=inner) | ast.Subscript(value=inner):
            return _name(inner)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
