"""Formulas of functions: a part of Python's expressions, checked and worked out."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from assistant.providers.offline.kinds import Kind
from assistant.providers.offline.parse import Part, Refused, refuse
from assistant.providers.offline.spec import Function, FunctionValue

Arguments = tuple[FunctionValue, ...]
_LARGEST_POWER = 10
_MOST_POWERS = 2
_LARGEST_FORMULA = 200  # nodes of its syntax tree
_NUMBERS = {"whole number", "number"}
_CALLS: dict[str, Callable[..., Any]] = {"abs": abs, "len": len, "max": max, "min": min}
#: Operators, by their names in ``ast``, and functions; the types that they take; what they give,
#: None for a number that is whole where all are.
_RULES: tuple[tuple[str, set[str], Kind | None], ...] = (
    ("And Or Not", {"yes or no"}, "yes or no"),
    ("Eq NotEq Lt LtE Gt GtE", _NUMBERS, "yes or no"),
    ("Eq NotEq Lt LtE Gt GtE In", {"text"}, "yes or no"),
    ("Add Sub USub Mult Pow abs max min", _NUMBERS, None),
    ("FloorDiv Mod", {"whole number"}, None),
    ("Div", _NUMBERS, "number"),
    ("Add", {"text"}, "text"),
    ("len", {"text"}, "whole number"),
)


class Formula(NamedTuple):
    """A checked formula."""

    source: str  # Python
    kind: Kind  # what it gives
    names: set[str]  # the parameters in it


def read_formula(part: Part, kinds: Mapping[str, Kind]) -> Formula:
    """A formula with parameters of these kinds; raises Refused."""
    try:
        tree = ast.parse(part.text, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise Refused("it is no formula", part) from None
    nodes = list(ast.walk(tree))
    powers = sum(isinstance(each, ast.Pow) for each in nodes)
    refuse(powers > _MOST_POWERS, f"there are at most {_MOST_POWERS} powers in a formula", part)
    refuse(len(nodes) > _LARGEST_FORMULA, "the formula is too long", part)
    kind = _kind(tree, kinds, part)
    names = {each.id for each in nodes if isinstance(each, ast.Name)} & set(kinds)
    return Formula(ast.unparse(_Python().visit(tree)), kind, names)


def _kind(tree: ast.expr, kinds: Mapping[str, Kind], part: Part) -> Kind:
    """The type of what an expression gives."""
    operator, operands = "", [tree]
    match tree:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return kind_of(value)
        case ast.Name(id="yes" | "no"):
            return "yes or no"
        case ast.Name(id=name):
            refuse(name not in kinds, f"no parameter is called {name!r}", part)
            return kinds[name]
        case ast.UnaryOp(op=op, operand=operand):
            operator, operands = type(op).__name__, [operand]
        case ast.BoolOp(op=op, values=operands):
            operator = type(op).__name__
        case (
            ast.BinOp(left=left, op=op, right=right)
            | ast.Compare(left=left, ops=[op], comparators=[right])
        ):
            operator, operands = type(op).__name__, [left, right]
        case ast.Call(func=ast.Name(id=operator), args=[_, *_] as operands, keywords=[]):
            refuse(operator not in _CALLS, f"{operator!r} is none of {', '.join(_CALLS)}", part)
            count = (operator in ("abs", "len")) != (len(operands) == 1)
            refuse(count, f"{operator!r} takes one value, or max and min several", part)
    refuse(not operator, f"{ast.unparse(tree)!r} is not possible in a formula", part)
    found: list[Kind] = [_kind(each, kinds, part) for each in operands]
    last = operands[-1].value if isinstance(operands[-1], ast.Constant) else None
    high = operator == "Pow" and last not in range(_LARGEST_POWER + 1)
    refuse(high, f"a power is a whole number up to {_LARGEST_POWER}", part)
    widest: Kind = "number" if "number" in found else "whole number"
    for operators, able, result in _RULES:
        if operator in operators.split() and able.issuperset(found):
            return result or widest
    raise Refused(f"{ast.unparse(tree)!r} is not possible with {' and '.join(found)}", part)


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
    if {type(left), type(right)} in ({float}, {int, float}):
        return math.isclose(cast(float, left), cast(float, right), rel_tol=1e-9)
    return type(left) is type(right) and left == right


def outcome(function: Function, arguments: Arguments) -> tuple[str | None, FunctionValue | None]:
    """The condition that decides a call, and its result.

    The condition is None where the formula has no value, such as in a division by zero; the
    result is None then, and where the call is refused.
    """
    values = dict(zip(function.parameters, arguments, strict=True))
    try:
        for condition in function.refusals:
            if value_of(condition, values):
                return condition, None
        for condition, value in function.cases:
            if not condition or value_of(condition, values):
                return condition, value_of(value, values)
    except (ArithmeticError, ValueError):
        pass
    return None, None


def asserted(function: Function, arguments: Arguments) -> str:
    """The statements that assert what a call gives or raises, by the example or the formula."""
    call = f"main.{function.name}({', '.join(map(repr, arguments))})"
    given = [one.result for one in function.examples if one.arguments == arguments]
    value: Any = given[0] if given else outcome(function, arguments)[1]
    if value is None:
        return f"with self.assertRaises(ValueError):\n    {call}"
    if function.kind == "number":
        return f"self.assertAlmostEqual({call}, {value!r}, delta={abs(value) * 1e-9:.1e})"
    return f"self.assertEqual({call}, {value!r})"


def tried(function: Function) -> list[Arguments]:
    """The examples, and arguments at each number that a condition compares a parameter with.

    The other arguments are those of an example.
    """
    found = [one.arguments for one in function.examples]
    for place, value in _limits(function):
        near = [(*base[:place], value, *base[place + 1 :]) for base in found]
        decided = (each for each in near if outcome(function, each)[0] is not None)
        found.append(next(decided, found[0]))
    return list(dict.fromkeys(found))


def _limits(function: Function) -> Iterator[tuple[int, FunctionValue]]:
    """Places of parameters, and values at and next to what they are compared with."""
    conditions = [*function.refusals, *(condition for condition, _ in function.cases[:-1])]
    nodes = (node for each in conditions for node in ast.walk(ast.parse(each)))
    for node in nodes:
        match node:
            case ast.Compare(left=ast.Name(id=name), comparators=[number]):
                kind, place = function.parameters[name], list(function.parameters).index(name)
                step = 1 if kind == "whole number" else 0.01
                if "number" in kind and not any(isinstance(n, ast.Name) for n in ast.walk(number)):
                    limit = cast(float, value_of(ast.unparse(number), {}))
                    yield from ((place, limit + n * step) for n in (-1, 0, 1))
