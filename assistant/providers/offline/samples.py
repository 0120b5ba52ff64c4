"""Values for tests: right ones, and wrong ones just outside of each bound."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from assistant.providers.offline.functions import Arguments, outcome, value_of
from assistant.providers.offline.kinds import Source
from assistant.providers.offline.spec import Field, Function, FunctionValue, Resource

#: The moment that tests set the clock to.
_NOW = "2024-05-17T09:30:00Z"
_WORDS = ("ada", "grace", "linus", "ärger")


def right(field: Field, number: int = 0) -> Any:
    """A value that is allowed, as JSON shows it; others for other numbers, as far as there are."""
    low, high = field.low or Decimal(0), field.high or Decimal(0)
    if field.choices:
        return field.choices[number % len(field.choices)]
    if field.owner:
        return 1 + number % 2
    if field.type.numeric:
        return shown(field, _inner(field, number))
    if field.kind == "list of text":
        return [f"{_WORDS[number]}{place or ''}" for place in range(max(int(low), 1))]
    if field.kind == "text":
        text = _WORDS[number].capitalize().ljust(int(low), "x")
        return text if len(text) <= high else "bjmz"[number] * int(high)
    return field.type.samples[number]


def shown(field: Field, value: Any) -> Any:
    """A value of the specification as JSON shows it: amounts are texts with two places."""
    if isinstance(value, Decimal):
        return {"amount": f"{value:.2f}", "number": float(value)}.get(field.kind, int(value))
    return value


def inside(field: Field) -> list[Any]:
    """Values at the bounds, and every choice; all are allowed."""
    if field.choices:
        return list(field.choices)
    if field.low is None or field.high is None:
        return [right(field), right(field, 1), *field.type.samples[4:]]
    entry = [[Source('"x" * 10_000')] * (int(field.low) or 1)] * (field.kind == "list of text")
    return [_at(field, field.low), _at(field, field.high), *entry]


def outside(field: Field) -> list[Any]:
    """Values just outside of the bounds and of other types; all are refused."""
    wrong: list[Any] = [] if field.optional else [None]
    if field.choices:
        return [*wrong, "".join(field.choices), 1]
    if field.low is not None and field.high is not None:
        beyond = (field.low - _step(field), field.high + _step(field))
        wrong += [_at(field, n) for n in beyond if n >= 0 or not field.type.unit]
    if "strict=True" in field.type.rules:
        wrong.append(str(right(field)))
    if field.kind == "amount":
        wrong.append(f"{_inner(field, 0) + Decimal('0.001'):.3f}")
    if field.kind == "text":
        wrong.append(f"{right(field)[:-1]}\0")
    return [*wrong, *field.type.wrong]


def _inner(field: Field, number: int) -> Decimal:
    """A number inside of the bounds, small and positive where that is allowed."""
    low, high, step = field.low or Decimal(0), field.high or Decimal(0), _step(field)
    start = Decimal("1.5") if field.kind == "number" else Decimal(2)
    start = start if low + step <= start <= high - 4 * step else low
    return min(start + number * step, high)


def _step(field: Field) -> Decimal:
    """The smallest step that matters; a fraction of the range where that is narrow."""
    width = (field.high or Decimal(0)) - (field.low or Decimal(0))
    return field.type.step or min(Decimal("0.5"), width / 8)


def _at(field: Field, number: Decimal) -> Any:
    """A number as JSON shows it, or a text or list of this length, in short."""
    if field.type.unit:
        one = '"x"' if field.kind == "text" else '["x"]'
        return Source(f"{one} * {int(number):_}")
    return shown(field, number)


def given(resource: Resource, number: int) -> dict[str, Any]:
    """All that a creation may give."""
    return {field.name: right(field, number) for field in resource.given}


def least(resource: Resource) -> dict[str, Any]:
    """What a creation has to give."""
    return {field.name: right(field) for field in resource.given if field.required}


def added(resource: Resource, row_id: str, *, defaults: bool = False) -> dict[str, Any]:
    """What an answer has besides what was given: the id, states, times, what was left out."""
    found: dict[str, Any] = {"id": Source(row_id)}
    for field in resource.fields:
        if field.server:
            found[field.name] = _NOW[:10] if field.kind == "date" else _NOW
        elif field not in resource.given:
            found[field.name] = resource.states and resource.states.initial
        elif defaults and not field.required:
            found[field.name] = shown(field, field.default)
    return found


def filtered(resource: Resource, name: str) -> tuple[list[Any], list[Any], list[Any]]:
    """Values that a list is filtered by, others that its filter takes, and some that it refuses."""
    field = resource.field(name)
    wrong = outside(field)[not field.optional :][:2] if field.type.numeric else []
    return [right(field, number) for number in range(3)], inside(field), wrong


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
    """The examples, and others at each number that a condition compares a parameter with."""
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
