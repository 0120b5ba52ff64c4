"""Formulas of functions: a part of Python's expressions, checked, with the type of the result."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from assistant.providers.offline.kinds import Kind
from assistant.providers.offline.spec import FunctionValue

_LARGEST_POWER = 10
_MOST_POWERS = 2
_LARGEST_FORMULA = 200  # nodes of its syntax tree
_NUMBERS = {"whole number", "number"}
_CALLS: dict[str, Callable[..., Any]] = {"abs": abs, "len": len, "max": max, "min": min}
_SIGNS: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Pow: "**", ast.Div: "/", ast.Mod: "%"},
    **{ast.FloorDiv: "//", ast.USub: "-", ast.Not: "not", ast.And: "and", ast.Or: "or"},
    **{ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="},
    ast.In: "in",
}
#: Operators and functions, the types that they take, and what they give; None for a number that
#: is whole where all are.
_RULES: tuple[tuple[str, set[str], Kind | None], ...] = (
    ("and or not", {"yes or no"}, "yes or no"),
    ("== != < <= > >=", _NUMBERS, "yes or no"),
    ("== != < <= > >= in", {"text"}, "yes or no"),
    ("+ - * ** abs max min", _NUMBERS, None),
    ("// %", {"whole number"}, None),
    ("/", _NUMBERS, "number"),
    ("+", {"text"}, "text"),
    ("len", {"text"}, "whole number"),
)


class Unfit(Exception):
    """A formula that has no meaning; the text says why."""


class Formula(NamedTuple):
    """A checked formula."""

    source: str  # Python
    kind: Kind  # what it gives
    names: set[str]  # the parameters in it


def read_formula(text: str, kinds: Mapping[str, Kind]) -> Formula:
    """A formula with parameters of these kinds; raises Unfit."""
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise Unfit(f"{text!r} is no formula") from None
    nodes = list(ast.walk(tree))
    if sum(isinstance(each, ast.Pow) for each in nodes) > _MOST_POWERS:
        raise Unfit(f"there are at most {_MOST_POWERS} powers in a formula")
    if len(nodes) > _LARGEST_FORMULA:
        raise Unfit("the formula is too long")
    kind = _kind(tree, kinds)
    names = {each.id for each in nodes if isinstance(each, ast.Name)} & set(kinds)
    return Formula(ast.unparse(_Python().visit(tree)), kind, names)


def _kind(tree: ast.expr, kinds: Mapping[str, Kind]) -> Kind:
    """The type of what an expression gives."""
    match tree:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return kind_of(value)
        case ast.Name(id="yes" | "no"):
            return "yes or no"
        case ast.Name(id=name):
            if name in kinds:
                return kinds[name]
            raise Unfit(f"no parameter is called {name!r}")
        case ast.UnaryOp(op=op, operand=operand):
            return _result(_SIGNS.get(type(op), ""), [operand], kinds)
        case ast.BoolOp(op=op, values=operands):
            return _result(_SIGNS[type(op)], operands, kinds)
        case (
            ast.BinOp(left=left, op=op, right=right)
            | ast.Compare(left=left, ops=[op], comparators=[right])
        ):
            return _result(_SIGNS.get(type(op), ""), [left, right], kinds)
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as operands, keywords=[]):
            if name not in _CALLS:
                raise Unfit(f"{name!r} is none of {', '.join(_CALLS)}")
            if (name in ("abs", "len")) == (len(operands) == 1):
                return _result(name, operands, kinds)
    raise Unfit(f"{ast.unparse(tree)!r} is not possible in a formula")


def _result(sign: str, operands: list[ast.expr], kinds: Mapping[str, Kind]) -> Kind:
    """The type of what an operator or a function gives."""
    found: list[Kind] = [_kind(each, kinds) for each in operands]
    last = operands[-1].value if isinstance(operands[-1], ast.Constant) else None
    if sign == "**" and last not in range(_LARGEST_POWER + 1):
        raise Unfit(f"a power is a whole number up to {_LARGEST_POWER}")
    for signs, able, result in _RULES:
        if sign in signs.split() and able.issuperset(found):
            return result or ("number" if "number" in found else "whole number")
    raise Unfit(f"{sign or 'this'!r} is not possible with {' and '.join(found)}")


class _Python(ast.NodeTransformer):
    """``yes`` and ``no`` in Python."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(node.id == "yes") if node.id in ("yes", "no") else node


def value_of(source: str, values: Mapping[str, FunctionValue]) -> FunctionValue:
    """The value of a formula's Python source; raises ArithmeticError or ValueError."""
    # What it may hold was checked when it was read.
    return cast(FunctionValue, eval(source, {"__builtins__": {}, **_CALLS}, dict(values)))


def kind_of(value: FunctionValue) -> Kind:
    """The type of a constant."""
    names: dict[type, Kind] = {bool: "yes or no", str: "text", int: "whole number"}
    return names.get(type(value), "number")


def fits(kind: Kind, wanted: Kind) -> bool:
    """Whether a value of one type may stand where another is wanted."""
    return kind == wanted or (kind, wanted) == ("whole number", "number")


def same(left: FunctionValue | None, right: FunctionValue | None) -> bool:
    """Whether two results are equal; numbers within a relative 1e-9."""
    if isinstance(left, float) or isinstance(right, float):
        both = isinstance(left, int | float) and isinstance(right, int | float)
        return both and math.isclose(cast(float, left), cast(float, right), rel_tol=1e-9)
    return type(left) is type(right) and left == right
