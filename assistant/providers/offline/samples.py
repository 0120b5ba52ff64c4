"""Values for tests: right ones, and wrong ones just outside of each bound."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assistant.providers.offline.kinds import Source
from assistant.providers.offline.spec import Field, Resource

#: The moment that tests set the clock to, a first and a second one.
MOMENTS = ("2024-05-17T09:30:00Z", "2024-05-18T10:45:00Z")
_WORDS = ("ada", "grace", "linus", "ärger")


def right(field: Field, number: int = 0) -> Any:
    """A value that is allowed, as JSON shows it; another one for each of the first numbers.

    Where there are no more (one choice, one number between the bounds) it repeats itself.
    """
    if field.choices:
        return field.choices[number % len(field.choices)]
    if field.type.largest:
        return shown(field, _inner(field, number))
    if field.kind == "list of text":
        count = max(field.min_length or 0, min(1, field.max_length or 1))
        return [f"{_WORDS[number]}{place or ''}" for place in range(count)]
    if field.kind == "text":
        text = _WORDS[number].capitalize().ljust(field.min_length or 0, "x")
        longest = field.max_length or len(text)
        return text if len(text) <= longest else "abcd"[number] * longest
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
    if field.minimum is not None and field.maximum is not None:
        low = field.minimum + field.above_minimum * _step(field)
        return [shown(field, low), shown(field, field.maximum - field.below_maximum * _step(field))]
    if field.min_length is not None and field.max_length is not None:
        found: list[Any] = [_long(field, n) for n in (field.min_length, field.max_length)]
        entry = [Source('"x" * 10_000')] * (field.min_length or 1)
        return [*found, entry] if field.kind == "list of text" else found
    return [right(field), right(field, 1), *field.type.longest]


def outside(field: Field) -> list[Any]:
    """Values just outside of the bounds and of other types; all are refused."""
    wrong: list[Any] = [] if field.optional else [None]
    if field.choices:
        return [*wrong, "".join(field.choices), 1]
    if field.minimum is not None and field.maximum is not None:
        wrong.append(shown(field, field.minimum - (not field.above_minimum) * _step(field)))
        wrong.append(shown(field, field.maximum + (not field.below_maximum) * _step(field)))
    if "strict=True" in field.type.rules:
        wrong.append(str(right(field)))
    if field.kind == "amount":
        wrong.append(f"{_inner(field, 0) + Decimal('0.001'):.3f}")
    if field.min_length is not None and field.max_length is not None:
        wrong += [_long(field, field.min_length - 1)] * (field.min_length > 0)
        wrong.append(_long(field, field.max_length + 1))
    if field.kind == "text" and not field.secret:
        wrong.append(f"{right(field)[:-1]}\0")
    return [*wrong, *field.type.wrong]


def _inner(field: Field, number: int) -> Decimal:
    """A number inside of the bounds, small and positive where that is allowed."""
    low, high, step = field.minimum or Decimal(0), field.maximum or Decimal(0), _step(field)
    start = Decimal("1.5") if field.kind == "number" else Decimal(2)
    if not low + step <= start <= high - 4 * step:
        start = low + field.above_minimum * step
    return min(start + number * step, high - field.below_maximum * step)


def _step(field: Field) -> Decimal:
    """The smallest step that matters; a fraction of the range where that is narrow."""
    step = field.type.step or Decimal("0.5")
    width = (field.maximum or Decimal(0)) - (field.minimum or Decimal(0))
    while field.kind == "number" and 0 < width < 4 * step:
        step /= 10
    return step


def _long(field: Field, length: int) -> Source:
    """A text or list of this length, in short."""
    return Source(f'"x" * {length:_}' if field.kind == "text" else f'["x"] * {length}')


def given(resource: Resource, number: int = 0) -> dict[str, Any]:
    """All that a creation may give."""
    parent = {resource.parent_key: 1} if resource.parent_key else {}
    return parent | {field.name: right(field, number) for field in resource.given}


def answered(
    resource: Resource,
    place: int,
    number: int = 0,
    changes: Mapping[str, Any] | None = None,
    moments: tuple[int, int] = (0, 0),
) -> dict[str, Any]:
    """What is answered for a sample with changes, given the moments of creation and change."""
    found: dict[str, Any] = {"id": place} | (
        {resource.parent_key: 1} if resource.parent_key else {}
    )
    for field in resource.fields:
        if field.server:
            moment = MOMENTS[moments[field.server == "changed"]]
            found[field.name] = moment[:10] if field.kind == "date" else moment
        elif resource.states and resource.states.field == field.name:
            found[field.name] = resource.states.initial
        elif not field.secret:
            found[field.name] = right(field, number)
    return found | dict(changes or {})
