"""Formulas of functions: a part of Python's expressions, checked, with type and value."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any, cast

from assistant.providers.offline.kinds import KINDS, Kind
from assistant.providers.offline.spec import FunctionValue

_NUMBERS = ("whole number", "number")
_WIDER = {"whole number": "number", "list of whole numbers": "list of numbers"}
_LARGEST_POWER = 10
_MOST_POWERS = 2
_CALLS: dict[str, Callable[..., Any]] = {
    **{"abs": abs, "len": len, "max": max, "min": min, "sorted": sorted, "sum": sum},
    **{"reversed": reversed, "lower": str.lower, "upper": str.upper},
}
_SIGNS: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Pow: "**", ast.Div: "/", ast.Mod: "%"},
    **{ast.FloorDiv: "//", ast.USub: "-", ast.Not: "not", ast.And: "and", ast.Or: "or"},
    **{ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="},
    ast.In: "in",
}


def value_of(source: str, values: Mapping[str, FunctionValue]) -> FunctionValue:
    """The value of a formula's Python source; raises ArithmeticError or ValueError."""
    given = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
    found = eval(source, {"__builtins__": {}, **_CALLS}, given)  # checked when it was read
    return tuple(found) if isinstance(found, list) else cast(FunctionValue, found)


class Unfit(Exception):
    """A formula that has no meaning; the text says why."""


class Formula:
    """A checked formula: its Python ``source``, the ``kind`` of what it gives."""

    def __init__(self, text: str, kinds: Mapping[str, Kind]) -> None:
        try:
            tree = ast.parse(text, mode="eval").body
        except (SyntaxError, RecursionError, ValueError):
            raise Unfit(f"{text!r} is no formula") from None
        self._kinds = kinds
        self.names: set[str] = set()  # the parameters in it
        # Source of all that it divides by; for min and max of a list, the length of that.
        self.divisors: list[str] = []
        if sum(isinstance(each, ast.Pow) for each in ast.walk(tree)) > _MOST_POWERS:
            raise Unfit(f"there are at most {_MOST_POWERS} powers in a formula")
        self.kind = self._kind(tree)
        self.source = ast.unparse(ast.fix_missing_locations(_Python().visit(tree)))

    def _kind(self, tree: ast.expr) -> Kind:
        match tree:
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return kind_of(value)
            case ast.Name(id="yes" | "no"):
                return "yes or no"
            case ast.Name(id=name) if name in self._kinds:
                self.names.add(name)
                return self._kinds[name]
            case ast.Name(id=name):
                raise Unfit(f"no parameter is called {name!r}")
            case ast.List(elts=elements) if all(
                isinstance(each, ast.Constant) for each in elements
            ):
                return kind_of(ast.literal_eval(ast.Tuple(elements)))
            case ast.UnaryOp(op=sign, operand=operand):
                return self._computed(_SIGNS.get(type(sign), ""), [operand])
            case ast.BoolOp(op=sign, values=operands):
                return self._computed(_SIGNS[type(sign)], operands)
            case ast.BinOp(left=left, op=sign, right=right):
                return self._computed(_SIGNS.get(type(sign), ""), [left, right])
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self._computed(_SIGNS.get(type(sign), ""), [left, right])
            case ast.Call(func=ast.Name(id=name), args=[_, *_] as operands, keywords=[]):
                if name not in _CALLS:
                    raise Unfit(f"{name!r} is none of {', '.join(_CALLS)}")
                return self._computed(name, operands)
        raise Unfit(f"{ast.unparse(tree)!r} is not possible in a formula")

    def _computed(self, sign: str, operands: list[ast.expr]) -> Kind:
        """The type of what an operator or a function gives."""
        kinds = [self._kind(each) for each in operands]
        found = _result(sign, kinds)
        if found is None:
            raise Unfit(f"{sign or 'this'!r} is not possible with {' and '.join(kinds)}")
        last = operands[-1].value if isinstance(operands[-1], ast.Constant) else None
        if sign == "**" and last not in range(_LARGEST_POWER + 1):
            raise Unfit(f"a power is a whole number up to {_LARGEST_POWER}")
        if sign in ("/", "//", "%") and not last:
            self.divisors.append(ast.unparse(operands[1]))
        if sign in ("min", "max") and len(operands) == 1:
            self.divisors.append(f"len({ast.unparse(operands[0])})")
        return found


def _result(sign: str, kinds: list[Kind]) -> Kind | None:
    """What an operator or a function gives for operands of these types; None for nothing."""
    first, last, element = kinds[0], kinds[-1], KINDS[kinds[-1]].element
    numbers = all(kind in _NUMBERS for kind in kinds)
    number: Kind = "number" if "number" in kinds else "whole number"
    comparable = fits(first, last) or fits(last, first)
    held = first == last == "text" or (element is not None and fits(first, element))
    only = len(kinds) == 1
    able: dict[str, tuple[bool, Kind]] = {
        **dict.fromkeys(("and", "or", "not"), (set(kinds) == {"yes or no"}, "yes or no")),
        **dict.fromkeys(("==", "!="), (comparable and first != "yes or no", "yes or no")),
        **dict.fromkeys(("<", "<=", ">", ">="), (numbers or kinds == ["text"] * 2, "yes or no")),
        **dict.fromkeys(("-", "*", "**"), (numbers, number)),
        **dict.fromkeys(("//", "%"), (numbers and number == "whole number", number)),
        **dict.fromkeys(("upper", "lower"), (kinds == ["text"], "text")),
        **dict.fromkeys(("min", "max"), (numbers and not only, number)),
        "+": (numbers or kinds == ["text"] * 2, number if numbers else "text"),
        "/": (numbers, "number"),
        "in": (held, "yes or no"),
        "abs": (numbers and only, first),
        "len": (only and (first == "text" or element is not None), "whole number"),
        "reversed": (only and (first == "text" or element is not None), first),
        "sorted": (only and element is not None, first),
    }
    if sign in ("min", "max", "sum") and only and element in _NUMBERS:
        return element
    possible, kind = able.get(sign, (False, first))
    return kind if possible else None


class _Python(ast.NodeTransformer):
    """``yes``, ``upper(x)`` and ``reversed(x)`` in Python."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(node.id == "yes") if node.id in ("yes", "no") else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name, source = cast(ast.Name, node.func).id, ast.unparse(node.args[0])
        ends = {"upper": ".upper()", "lower": ".lower()", "reversed": "[::-1]"}
        return ast.parse(f"({source}){ends[name]}", mode="eval").body if name in ends else node


def kind_of(value: FunctionValue) -> Kind:
    """The type of a constant; an empty list is one of numbers."""
    if isinstance(value, tuple):
        kinds = {kind_of(each) for each in value}
        if kinds == {"text"}:
            return "list of text"
        if not kinds <= set(_NUMBERS):
            raise Unfit("a list holds numbers or texts")
        return "list of whole numbers" if kinds == {"whole number"} else "list of numbers"
    names: dict[type, Kind] = {bool: "yes or no", str: "text", int: "whole number"}
    return names.get(type(value), "number")


def fits(kind: Kind, wanted: Kind) -> bool:
    """Whether a value of one type may stand where another is wanted."""
    return kind == wanted or _WIDER.get(kind) == wanted


def same(left: FunctionValue, right: FunctionValue) -> bool:
    """Whether two results are equal; numbers within a relative 1e-9."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) or isinstance(right, float):
        both = isinstance(left, int | float) and isinstance(right, int | float)
        return both and math.isclose(cast(float, left), cast(float, right), rel_tol=1e-9)
    return type(left) is type(right) and left == right


def literal(value: FunctionValue | None) -> str:
    """Python source of a value: a list for a tuple."""
    return repr(list(value) if isinstance(value, tuple) else value)
