"""Calls of functions: what they come to, and which of them are tested."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from assistant.providers.offline.formula import value_of
from assistant.providers.offline.spec import Function, FunctionValue

Arguments = tuple[FunctionValue, ...]


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
    names = list(function.parameters)
    for condition in [*function.refusals, *(case.condition for case in function.cases[:-1])]:
        for node in ast.walk(ast.parse(condition)):
            match node:
                case ast.Compare(
                    left=ast.Name(id=name),
                    comparators=[ast.Constant() | ast.UnaryOp(operand=ast.Constant()) as constant],
                ) if "number" in function.parameters[name]:
                    step = 1 if function.parameters[name] == "whole number" else 0.01
                    limit = ast.literal_eval(constant)
                    yield from ((names.index(name), limit + n * step) for n in (-1, 0, 1))
