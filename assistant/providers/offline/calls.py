"""Python terms for functions: signatures, refusals, assertions and arguments at the bounds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assistant.providers.offline.formula import FunctionKind, FunctionValue, literal, value_of
from assistant.providers.offline.spec import (
    LARGEST_NUMBER,
    LARGEST_WHOLE,
    LONGEST_LIST,
    LONGEST_TEXT,
    Function,
    Parameter,
    Specification,
)
from assistant.providers.offline.terms import quoted, words

_TYPES: dict[FunctionKind, str] = {
    "text": "str",
    "whole number": "int",
    "number": "float",
    "yes or no": "bool",
    "list of text": "list[str]",
    "list of whole numbers": "list[int]",
    "list of numbers": "list[float]",
}
_ITEMS = {
    "list of text": "text",
    "list of whole numbers": "whole number",
    "list of numbers": "number",
}
Arguments = tuple[FunctionValue, ...]


def python_type(kind: FunctionKind) -> str:
    """The Python type of a kind."""
    return _TYPES[kind]


def returned(function: Function, value: str) -> str:
    """The statements that return a value; a power has no type of its own."""
    if "**" in value:
        return f"result: {_TYPES[function.kind]} = {value}\nreturn result"
    return f"return {value}"


def refusals(function: Function) -> list[tuple[str, str, str]]:
    """Conditions, exceptions and messages, in the order in which they are looked for."""
    found = []
    for one in function.parameters:
        if one.minimum is not None:
            sign, word = ("<=", "more than") if one.above_minimum else ("<", "at least")
            found.append(_bound(one.name, sign, word, one.minimum))
        if one.maximum is not None:
            sign, word = (">=", "less than") if one.below_maximum else (">", "at most")
            found.append(_bound(one.name, sign, word, one.maximum))
    return [*found, *((one.condition, one.exception, one.message) for one in function.raises)]


def _bound(name: str, sign: str, word: str, value: Decimal) -> tuple[str, str, str]:
    number = _plain(value)
    return f"{name} {sign} {number!r}", "ValueError", f"{name} must be {word} {number!r}"


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def asserted(function: Function, arguments: Arguments) -> str:
    """The statements that assert what a call gives or raises, by the example or the formula."""
    call = f"main.{function.name}({', '.join(map(literal, arguments))})"
    values = dict(zip((one.name for one in function.parameters), arguments, strict=True))
    for condition, exception, message in refusals(function):
        if value_of(condition, values):
            return f"with self.assertRaisesRegex({exception}, {quoted(message)}):\n    {call}"
    given = next((one for one in function.examples if one.arguments == arguments), None)
    if given and given.raises:
        return f"with self.assertRaises({given.raises}):\n    {call}"
    value: Any = given.result if given else _result(function, values)
    if isinstance(value, tuple) and any(isinstance(one, float) for one in value):
        pairs = f"zip({call}, {literal(value)}, strict=True)"
        return f"for result, wanted in {pairs}:\n    self.assertAlmostEqual(result, wanted)"
    if function.kind == "number":
        return f"self.assertAlmostEqual({call}, {value!r}, delta={abs(value) * 1e-9:.1e})"
    return f"self.assertEqual({call}, {literal(value)})"


def _result(function: Function, values: dict[str, FunctionValue]) -> FunctionValue:
    for case in function.cases:
        if value_of(case.condition, values):
            return value_of(case.value, values)
    return value_of(function.otherwise, values)


def at_bounds(function: Function) -> Iterator[Arguments]:
    """Arguments just inside and just outside of each bound, the others as in the first example."""
    base = next(one.arguments for one in function.examples if not one.raises)
    for place, one in enumerate(function.parameters):
        near: float = 1 if one.kind == "whole number" else 0.01
        for bound, outwards in ((one.minimum, -near), (one.maximum, near)):
            if bound is None:
                continue
            exclusive = one.above_minimum if outwards < 0 else one.below_maximum
            inner = _plain(bound) - outwards * exclusive
            for value in (inner, _plain(bound) + outwards * (not exclusive)):
                arguments = (*base[:place], value, *base[place + 1 :])
                if all(example.arguments != arguments for example in function.examples):
                    yield arguments


def body_type(parameter: Parameter) -> str:
    """The type of a parameter in a request's body; bounded, so that no request takes for ever."""
    if parameter.kind in _ITEMS:
        entry = body_type(Parameter("", _ITEMS[parameter.kind]))  # type: ignore[arg-type]  # a kind
        return f"Annotated[list[{entry}], pydantic.Field(max_length={LONGEST_LIST})]"
    if parameter.kind == "yes or no":
        return "pydantic.StrictBool"
    if parameter.kind == "text":
        return f"Annotated[str, pydantic.Field(max_length={LONGEST_TEXT})]"
    largest = LARGEST_WHOLE if parameter.kind == "whole number" else LARGEST_NUMBER
    low = _plain(-largest if parameter.minimum is None else parameter.minimum)
    high = _plain(largest if parameter.maximum is None else parameter.maximum)
    rules = f"strict=True, {'gt' if parameter.above_minimum else 'ge'}={low!r}, "
    rules += f"{'lt' if parameter.below_maximum else 'le'}={high!r}"
    finite = ", allow_inf_nan=False" if parameter.kind == "number" else ""
    return f"Annotated[{_TYPES[parameter.kind]}, pydantic.Field({rules}{finite})]"


def facts(specification: Specification) -> dict[str, Any]:
    """What the templates of functions ask, by name."""
    raised = {one.exception for each in specification.functions for one in each.raises}
    title = ", ".join(words(each.name) for each in specification.functions)
    found = [asserted, at_bounds, body_type, python_type, refusals, returned]
    return {function.__name__: function for function in found} | {
        "title": title[:1].upper() + title[1:],
        "caught": sorted(raised | {"ArithmeticError", "ValueError"} - {"ZeroDivisionError"}),
    }
