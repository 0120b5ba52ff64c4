"""Python terms for functions: statements, assertions, types of a request's body."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple, cast

from assistant.providers.offline.formula import literal, value_of
from assistant.providers.offline.kinds import KINDS
from assistant.providers.offline.spec import Function, FunctionValue, Parameter
from assistant.providers.offline.terms import annotation

Arguments = tuple[FunctionValue, ...]


class Outcome(NamedTuple):
    """What a call comes to; ``reached`` is the condition that decides, "" where none does."""

    reached: str
    result: FunctionValue | None = None
    exception: str = ""
    message: str = ""


def outcome(function: Function, arguments: tuple[FunctionValue, ...]) -> Outcome:
    """Work out a call."""
    values = dict(zip((each.name for each in function.parameters), arguments, strict=True))
    reached = ""
    try:
        for check in function.checks:
            if value_of(check.condition, values):
                return Outcome(check.condition, None, check.exception, check.message)
        for reached, value in function.cases:
            if not reached or value_of(reached, values):
                return Outcome(reached, value_of(value, values))
    except (ArithmeticError, ValueError) as error:
        return Outcome(reached, None, type(error).__name__)
    raise AssertionError("the last case has no condition")


def returned(function: Function, value: str) -> str:
    """The statements that return a value; a power has no type of its own."""
    if "**" in value:
        return f"result: {KINDS[function.kind].python} = {value}\nreturn result"
    return f"return {value}"


def asserted(function: Function, arguments: Arguments) -> str:
    """The statements that assert what a call gives or raises, by the example or the formula."""
    call = f"main.{function.name}({', '.join(map(literal, arguments))})"
    found = outcome(function, arguments)
    if found.exception:
        return f"with self.assertRaisesRegex({found.exception}, {found.message!r}):\n    {call}"
    given = [one.result for one in function.examples if one.arguments == arguments]
    value: Any = given[0] if given else found.result
    if isinstance(value, tuple) and any(isinstance(one, float) for one in value):
        pairs = f"zip({call}, {literal(value)}, strict=True)"
        return f"for result, wanted in {pairs}:\n    self.assertAlmostEqual(result, wanted)"
    if function.kind == "number":
        return f"self.assertAlmostEqual({call}, {value!r}, delta={abs(value) * 1e-9:.1e})"
    return f"self.assertEqual({call}, {literal(value)})"


def calls(function: Function) -> list[Arguments]:
    """The examples, and arguments just inside and just outside of each bound.

    The other arguments are those of the first example.
    """
    found = [one.arguments for one in function.examples]
    base = next(one.arguments for one in function.examples if not one.raises)
    for place, one in enumerate(function.parameters):
        near = one.type.step or cast(Any, 0.01)
        for bound, outwards, outside in (
            (one.minimum, -1, one.above_minimum),
            (one.maximum, 1, one.below_maximum),
        ):
            for steps in ((-1, 0) if outside else (0, 1)) if bound is not None else ():
                exact = float(bound or 0) + steps * outwards * float(near)
                value = int(exact) if one.kind == "whole number" else exact
                found.append((*base[:place], value, *base[place + 1 :]))
    return list(dict.fromkeys(found))


def body_type(one: Parameter) -> str:
    """The type of a parameter in a request's body; bounded, so that no request takes for ever."""
    if one.type.element:
        entry = body_type(Parameter("", one.type.element))
        return f"Annotated[list[{entry}], pydantic.Field(max_length=100)]"
    if one.kind == "text":
        return "Annotated[str, pydantic.Field(max_length=10_000)]"
    if (largest := one.type.largest) is not None:
        low = -largest if one.minimum is None else one.minimum
        high = largest if one.maximum is None else one.maximum
        one = replace(one, minimum=low, maximum=high)
    return annotation(one)


def python_type(function: Function) -> str:
    """The Python type of what a function gives."""
    return KINDS[function.kind].python


FACTS = {
    **{"asserted": asserted, "calls": calls, "body_type": body_type},
    **{"python_type": python_type, "returned": returned},
}
