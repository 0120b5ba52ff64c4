"""Values for tests as Python source: right ones, and wrong ones just outside of each bound."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from assistant.providers.offline.formula import literal
from assistant.providers.offline.spec import Field, Resource, Specification, States
from assistant.providers.offline.terms import quoted

#: The moment that tests set the clock to, a first and a second one.
MOMENTS = ("2024-05-17T09:30:00Z", "2024-05-18T10:45:00Z")
_STEP = {"whole number": Decimal(1), "number": Decimal("0.5"), "amount": Decimal("0.01")}


def right(field: Field, number: int = 0) -> str:
    """A value that is allowed, as JSON shows it; another one for each of the first numbers.

    Where there are no more (one choice, one number between the bounds) it repeats itself.
    """
    if field.choices:
        return quoted(field.choices[number % len(field.choices)])
    match field.kind:
        case "text":
            return quoted(_text(field, number))
        case "whole number" | "number" | "amount":
            return shown_number(field, _inner(field, number))
        case "yes or no":
            return repr(number % 2 == 0)
        case "date":
            return literal(str(date(2024, 5, 17) + timedelta(days=number)))
        case "date and time":
            return literal(f"2024-05-17T09:{30 + number}:00Z")
        case "e-mail address":
            return literal(f"{_WORDS[number]}@example.com")
        case "web address":
            return literal(f"https://example.com/{_WORDS[number]}")
        case "list of text":
            count = max(field.min_length or 0, min(1, field.max_length or 1))
            return literal(tuple(f"{_WORDS[number]}{place or ''}" for place in range(count)))


_WORDS = ("ada", "grace", "linus", "ärger")


def shown_number(field: Field, value: Decimal) -> str:
    """A number as JSON shows it: amounts are texts with two digits after the point."""
    if field.kind == "amount":
        return literal(f"{value:.2f}")
    return repr(int(value)) if field.kind == "whole number" else repr(float(value))


def inside(field: Field) -> list[str]:
    """Values at the bounds, and every choice; all are allowed."""
    if field.choices:
        return [quoted(choice) for choice in field.choices]
    if field.minimum is not None and field.maximum is not None:
        low = field.minimum + (_near(field) if field.above_minimum else 0)
        high = field.maximum - (_near(field) if field.below_maximum else 0)
        return list(dict.fromkeys([shown_number(field, low), shown_number(field, high)]))
    if field.min_length is not None and field.max_length is not None:
        return list(dict.fromkeys(_long(field, n) for n in (field.min_length, field.max_length)))
    return ["True", "False"] if field.kind == "yes or no" else [right(field), right(field, 1)]


def outside(field: Field) -> list[str]:
    """Values just outside of the bounds and of other kinds; all are refused."""
    wrong = [] if field.optional else ["None"]
    if field.choices:
        return [*wrong, quoted("".join(field.choices)), "1"]
    if field.minimum is not None and field.maximum is not None:
        near = _near(field)
        low = field.minimum - (0 if field.above_minimum else near)
        high = field.maximum + (0 if field.below_maximum else near)
        wrong += [shown_number(field, low), shown_number(field, high), "True"]
        if field.kind == "amount":
            middle = _inner(field, 0)
            return [*wrong, literal(f"{middle + Decimal('0.001'):.3f}"), '"much"']
        return [*wrong, '"1"', *(['float("inf")', 'float("nan")'] if _is_float(field) else ["1.5"])]
    if field.min_length is not None and field.max_length is not None:
        lengths = [field.max_length + 1] + [field.min_length - 1] * (field.min_length > 0)
        wrong += [_long(field, length) for length in lengths]
        if field.kind == "list of text":
            return [*wrong, '"red"', *(['[""]', "[1]"] if field.max_length else [])]
        return [*wrong, "1", *([] if field.secret or field.max_length < 1 else [_with_nul(field)])]
    return [*wrong, *_MALFORMED[field.kind]]


_MALFORMED: dict[str, list[str]] = {
    "yes or no": ['"yes"', "1"],
    "date": ['"2024-02-30"', '"tomorrow"', "1"],
    "date and time": ['"2024-05-17T09:30:00"', '"noon"', "1", '"0001-01-01T00:00:00+14:00"'],
    "e-mail address": ['"nobody"', '"a@b@example.com"', "1"],
    "web address": [
        '"ftp://example.com/"',
        '"example"',
        "1",
        '"https://example.com/" + "x" * 1981',
    ],
}


def refused_moves(states: States, choices: tuple[str, ...]) -> list[tuple[str, str]]:
    """All pairs of states that are no transition."""
    pairs = [(old, new) for old in choices for new in choices]
    return [pair for pair in pairs if pair not in states.transitions]


def way_to(states: States, state: str) -> list[str]:
    """The states to go through from the initial one (without it) to another, the last included."""
    ways: dict[str, list[str]] = {states.initial: []}
    while state not in ways:
        for old, new in states.transitions:
            if old in ways and new not in ways:
                ways[new] = [*ways[old], new]
    return ways[state]


def _inner(field: Field, number: int) -> Decimal:
    """A number inside of the bounds, small and positive where that is allowed."""
    low, high = field.minimum or Decimal(0), field.maximum or Decimal(0)
    step = _near(field)
    start = Decimal("1.5") if field.kind == "number" else Decimal(2)
    if not low + step <= start <= high - 4 * step:
        start = low + (step if field.above_minimum else 0)
    top = high - (step if field.below_maximum else 0)
    return min(start + number * step, top)


def _near(field: Field) -> Decimal:
    """The smallest step that matters; a fraction of the range where that is narrow."""
    step = _STEP[field.kind]
    width = (field.maximum or Decimal(0)) - (field.minimum or Decimal(0))
    while field.kind == "number" and 0 < width < 4 * step:
        step /= 10
    return step


def _is_float(field: Field) -> bool:
    return field.kind == "number"


def _text(field: Field, number: int) -> str:
    text = f"{_WORDS[number].capitalize()}".ljust(field.min_length or 0, "x")
    longest = field.max_length or len(text)
    return text if len(text) <= longest else ("abcd"[number] * longest)


def _long(field: Field, length: int) -> str:
    """A text or list of this length, in short."""
    one = '"x"' if field.kind == "text" else '["x"]'
    if length < 4 and field.kind == "text":
        return literal("x" * length)
    return f"{one} * {length:_}" if length > 9999 else f"{one} * {length}"


def _with_nul(field: Field) -> str:
    text = _text(field, 0)
    return '"' + text[:-1] + '\\0"'


def facts(specification: Specification) -> dict[str, Any]:
    """What the templates of tests ask, by name."""
    by_name = {each.singular: each for each in specification.resources}

    def parents(resource: Resource) -> list[Resource]:
        """The parent, its parent and so on, the outermost first."""
        above = by_name.get(resource.parent or "")
        return [*parents(above), above] if above else []

    functions = [back, changed_to, default_shown, inside, moved_to, outside, parents, part]
    functions += [python, refused_moves, right, sent, shown, sorted_ids, way_to]
    return {function.__name__: function for function in functions}


Pairs = list[tuple[str, str]]


def sent(resource: Resource, number: int = 0) -> Pairs:
    """Names and values of everything that a creation may give."""
    return [*_key(resource), *((field.name, right(field, number)) for field in resource.given)]


def shown(resource: Resource, number: int = 0) -> Pairs:
    """Names and values of what a creation with these values answers, without the id."""
    told = [field for field in resource.fields if not field.secret]
    return [*_key(resource), *((field.name, back(resource, field, number)) for field in told)]


def changed_to(resource: Resource, count: int, number: int = 0) -> Pairs:
    """As `shown`, after the first fields that are no secrets were changed to their third values."""
    changed = [field.name for field in resource.given if not field.secret][:count]
    values = []
    for field in resource.fields:
        if field.server == "changed":
            values.append((field.name, back(resource, field, number, 1)))
        elif not field.secret:
            values.append(
                (field.name, back(resource, field, 2 if field.name in changed else number))
            )
    return [*_key(resource), *values]


def moved_to(resource: Resource) -> Pairs:
    """As `shown`, after the first transition."""
    assert resource.states is not None
    state = (resource.states.field, quoted(resource.states.transitions[0][1]))
    return [state if name == state[0] else (name, value) for name, value in changed_to(resource, 0)]


def back(resource: Resource, field: Field, number: int = 0, moment: int = 0) -> str:
    """A field's value in an answer: as it was given, the initial state, or the clock's moment."""
    if resource.states and field.name == resource.states.field:
        return quoted(resource.states.initial)
    if field.server:
        return literal(MOMENTS[moment][:10] if field.kind == "date" else MOMENTS[moment])
    return right(field, number)


def default_shown(field: Field) -> str:
    """What an answer has where a field that is not required was left out."""
    match field.kind, field.default:
        case "amount", Decimal() as value:
            return literal(f"{value:.2f}")
        case _, Decimal() as value:
            return shown_number(field, value)
        case "date and time", str() as moment:
            utc = datetime.fromisoformat(moment).astimezone(UTC)
            return literal(utc.isoformat().replace("+00:00", "Z"))
        case _, str() as text:
            return quoted(text)
        case _, value:
            return repr(value)


def python(field: Field, number: int = 0) -> str:
    """A value that is allowed, as Python code has it."""
    value = right(field, number)
    match field.kind:
        case "text" if field.secret:
            return f"pydantic.SecretStr({value})"
        case "amount":
            return f"Decimal({value})"
        case "date":
            return f"dt.date.fromisoformat({value})"
        case "date and time":
            return f"dt.datetime.fromisoformat({value})"
        case "web address":
            return f"pydantic.AnyHttpUrl({value})"
    return value


def part(field: Field) -> str:
    """A part of the fourth value, in the other case."""
    text = _text(field, 3)
    return quoted((text[1:] or text).swapcase())


def sorted_ids(resource: Resource, numbers: tuple[int, ...]) -> list[int]:
    """The ids 1, 2, 3 of values with these numbers, as a list has them."""
    ids = list(range(1, len(numbers) + 1))
    for name, descending in reversed(resource.listing.sorts if resource.listing else ()):
        field = resource.field(name)

        def key(one: int, field: Field = field) -> Any:
            last = numbers == (1, 0, 2) and one == len(numbers)
            value = ast.literal_eval(back(resource, field, numbers[one - 1], int(last)))
            return Decimal(value) if field.kind == "amount" else value

        ids.sort(key=key, reverse=descending)
    return ids


def _key(resource: Resource) -> Pairs:
    return [(resource.parent_key, "1")] if resource.parent_key else []
