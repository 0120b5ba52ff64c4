"""Formulas of functions: a part of Python's expressions, checked, with kind and value."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

FunctionKind = Literal[
    "text",
    "whole number",
    "number",
    "yes or no",
    "list of text",
    "list of whole numbers",
    "list of numbers",
]
# int or float for numbers, a tuple for a list.
FunctionValue = str | int | float | bool | tuple[Any, ...]

ELEMENT: dict[FunctionKind, FunctionKind] = {
    "list of text": "text",
    "list of whole numbers": "whole number",
    "list of numbers": "number",
}
_NUMBERS = ("whole number", "number")
_LARGEST_POWER = 10
_MOST_POWERS = 2
_CALLS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "len": len,
    "max": max,
    "min": min,
    "reversed": reversed,
    "sorted": sorted,
    "sum": sum,
    "lower": str.lower,
    "upper": str.upper,
}
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//"} | {
    ast.Mod: "%",
    ast.Pow: "**",
}


def value_of(source: str, values: Mapping[str, FunctionValue]) -> FunctionValue:
    """The value of a formula's Python source; raises ArithmeticError or ValueError."""
    calls = {name: call for name, call in _CALLS.items() if name not in values}
    given = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
    found = eval(source, {"__builtins__": {}, **calls}, given)  # checked when it was read
    return tuple(found) if isinstance(found, list) else cast(FunctionValue, found)


class Unfit(Exception):
    """A formula that has no meaning; the text says why."""


class Formula:
    """A checked formula.

    Attributes:
        source: Python source, ``n % 2 == 0``.
        kind: what it gives.
        names: the parameters in it.
        divisors: source of all that it divides by; of lists that min and max need filled: their
            length.
    """

    def __init__(self, text: str, kinds: Mapping[str, FunctionKind]) -> None:
        try:
            tree = ast.parse(text, mode="eval").body
        except (SyntaxError, RecursionError, ValueError):
            raise Unfit(f"{text!r} is no formula") from None
        self._kinds = kinds
        self.names: set[str] = set()
        self.divisors: list[str] = []
        if sum(isinstance(each, ast.Pow) for each in ast.walk(tree)) > _MOST_POWERS:
            raise Unfit(f"there are at most {_MOST_POWERS} powers in a formula")
        self.kind = self._kind(tree)
        self.source = ast.unparse(ast.fix_missing_locations(_Python().visit(tree)))

    def value(self, values: Mapping[str, FunctionValue]) -> FunctionValue:
        """Its value, see `value_of`."""
        return value_of(self.source, values)

    def _kind(self, tree: ast.expr) -> FunctionKind:
        match tree:
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return kind_of(value)
            case ast.Name(id="yes" | "no"):
                return "yes or no"
            case ast.Name(id=name):
                if name not in self._kinds:
                    raise Unfit(f"no parameter is called {name!r}")
                self.names.add(name)
                return self._kinds[name]
            case ast.List(elts=elements):
                return kind_of(tuple(map(_constant, elements)))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _wanted("yes or no", self._kind(operand), "not")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _number(self._kind(operand), "-")
            case ast.BoolOp(values=values):
                for each in values:
                    _wanted("yes or no", self._kind(each), "and, or")
                return "yes or no"
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self._compared(self._kind(left), sign, self._kind(right))
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
                return self._computed(left, _SIGNS[type(sign)], right)
            case ast.Call(func=ast.Name(id=name), args=[_, *_] as given, keywords=[]):
                return self._called(name, given)
        raise Unfit(f"{ast.unparse(tree)!r} is not possible in a formula")

    def _compared(self, left: FunctionKind, sign: ast.cmpop, right: FunctionKind) -> FunctionKind:
        if isinstance(sign, ast.In):
            able = left == right == "text" or (right in ELEMENT and fits(left, ELEMENT[right]))
        elif isinstance(sign, ast.Eq | ast.NotEq):
            able = (fits(left, right) or fits(right, left)) and left != "yes or no"
        else:
            able = left == right == "text" or {left, right} <= set(_NUMBERS)
        if not able or isinstance(sign, ast.NotIn | ast.Is | ast.IsNot):
            raise Unfit(f"{left} and {right} cannot be compared in this way")
        return "yes or no"

    def _computed(self, left: ast.expr, sign: str, right: ast.expr) -> FunctionKind:
        first, second = self._kind(left), self._kind(right)
        if sign == "+" and first == second == "text":
            return "text"
        both = {_number(first, sign), _number(second, sign)}
        if sign == "**" and not (
            isinstance(right, ast.Constant) and right.value in range(_LARGEST_POWER + 1)
        ):
            raise Unfit(f"a power is a whole number up to {_LARGEST_POWER}")
        if sign in ("//", "%") and "number" in both:
            raise Unfit(f"{sign!r} wants whole numbers")
        if sign in ("/", "//", "%") and not (isinstance(right, ast.Constant) and right.value):
            self.divisors.append(ast.unparse(right))
        return "number" if sign == "/" or "number" in both else "whole number"

    def _called(self, name: str, given: list[ast.expr]) -> FunctionKind:
        kinds = [self._kind(each) for each in given]
        first = kinds[0]
        if name in ("min", "max") and len(kinds) > 1:
            found = [_number(kind, name) for kind in kinds]
            return "number" if "number" in found else "whole number"
        if name not in _CALLS or len(kinds) > 1:
            raise Unfit(f"'{name}' with {len(kinds)} values is none of {', '.join(_CALLS)}")
        if name == "abs":
            return _number(first, name)
        if name in ("upper", "lower"):
            return _wanted("text", first, name)
        if name in ("len", "reversed") and (first == "text" or first in ELEMENT):
            return "whole number" if name == "len" else first
        if name == "sorted" and first in ELEMENT:
            return first
        if name in ("min", "max", "sum") and first in ELEMENT:
            if name != "sum":
                self.divisors.append(f"len({ast.unparse(given[0])})")
            return _number(ELEMENT[first], name)
        raise Unfit(f"{name!r} cannot be asked of {first}")


class _Python(ast.NodeTransformer):
    """``yes``, ``upper(x)`` and ``reversed(x)`` in Python."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(node.id == "yes") if node.id in ("yes", "no") else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name = cast(ast.Name, node.func).id
        if name in ("upper", "lower"):
            return ast.Call(ast.Attribute(node.args[0], name, ast.Load()), [], [])
        if name == "reversed":
            backwards = ast.Slice(step=ast.UnaryOp(ast.USub(), ast.Constant(1)))
            return ast.Subscript(node.args[0], backwards, ast.Load())
        return node


def _constant(tree: ast.expr) -> FunctionValue:
    try:
        found = ast.literal_eval(tree)
    except ValueError:
        found = None
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise Unfit("a list holds numbers or texts")
    return found


def _wanted(wanted: FunctionKind, kind: FunctionKind, sign: str) -> FunctionKind:
    if kind != wanted:
        raise Unfit(f"{sign!r} wants {wanted}, not {kind}")
    return wanted


def _number(kind: FunctionKind, sign: str) -> FunctionKind:
    if kind not in _NUMBERS:
        raise Unfit(f"{sign!r} wants numbers, not {kind}")
    return kind


def kind_of(value: FunctionValue) -> FunctionKind:
    """The kind of a constant; an empty list is one of numbers."""
    if isinstance(value, tuple):
        kinds = {kind_of(each) for each in value}
        if not kinds <= {"text"} and not kinds <= set(_NUMBERS):
            raise Unfit("a list holds numbers or texts")
        if kinds == {"text"}:
            return "list of text"
        return "list of whole numbers" if kinds == {"whole number"} else "list of numbers"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, str):
        return "text"
    return "whole number" if isinstance(value, int) else "number"


def fits(kind: FunctionKind, wanted: FunctionKind) -> bool:
    """Whether a value of one kind may stand where another is wanted."""
    wider = {"whole number": "number", "list of whole numbers": "list of numbers"}
    return kind == wanted or wider.get(kind) == wanted


def same(left: FunctionValue, right: FunctionValue) -> bool:
    """Whether two results are equal; numbers within a relative 1e-9."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) or isinstance(right, float):
        both = isinstance(left, int | float) and isinstance(right, int | float)
        return both and math.isclose(cast(float, left), cast(float, right), rel_tol=1e-9)
    return type(left) is type(right) and left == right


def literal(value: FunctionValue) -> str:
    """Python source of a value: a list for a tuple."""
    return repr(list(value) if isinstance(value, tuple) else value)
