"""Values for tests: right ones, ones at the bounds, and ones just outside."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from assistant.providers.offline.spec import NUMERIC, TEXTUAL, Field, Resource

ALPHABETS = {
    "digits": "1234567890",
    "letters": "abcdefghij",
    "capital letters": "ABCDEFGHIJ",
    "letters and digits": "a1b2c3d4e5",
}
_WHICH = ("some", "another", "a third")


def usual(resource: Resource, field: Field, variant: int = 0) -> Any:
    """A right value as JSON has it; the three variants 0, 1 and 2 differ where they can."""
    if field.name == resource.state:
        return resource.entries[0] if variant == 0 else resource.entries[-1]
    if field.choices:
        ordered = [choice for choice in field.choices if choice != field.default]
        ordered += [choice for choice in field.choices if choice == field.default]
        return ordered[variant % len(ordered)]
    if field.type in NUMERIC:
        return _number(field, variant)
    if field.type == "boolean":
        return (field.default is not True) ^ (variant % 2 == 1)
    if field.type in ("date", "datetime"):
        return _moment(resource, field, variant)
    if field.type == "texts":
        return _texts(field, variant)
    return {
        "email": f"{('ada', 'grace', 'alan')[variant]}@example.com",
        "url": f"https://example.com/{variant + 1}",
        "uuid": f"{variant + 1:08x}-0000-4000-8000-000000000000",
    }.get(field.type) or _text(field, variant)


def sized(field: Field, size: int, variant: int = 0) -> Any:
    """A right value of that many characters or items."""
    if field.type == "texts":
        return ["x"] * size
    if field.type == "email":
        return "x" * (size - len("@example.com")) + "@example.com"
    if field.type == "url":
        return "https://example.com/" + "x" * (size - len("https://example.com/"))
    letters = ALPHABETS.get(field.alphabet)
    if letters:
        return "".join(islice(cycle(letters[variant:] + letters[:variant]), size))
    return "x" * size


def _text(field: Field, variant: int) -> str:
    lower = int(field.lower.value) if field.lower else 1
    upper = int(field.upper.value) if field.upper else None
    if field.alphabet:
        return str(sized(field, max(lower, min(upper or 6, 6)), variant))
    text = f"{_WHICH[variant]} {field.words}"
    if upper is not None and len(text) > upper:
        text = f"{'abc'[variant]}{'x' * (upper - 1)}"
    return text if len(text) >= lower else text + "x" * (lower - len(text))


def _texts(field: Field, variant: int) -> list[str]:
    lower = int(field.lower.value) if field.lower else 0
    upper = int(field.upper.value) if field.upper else 2
    words = cycle((("red", "blue"), ("green", "white"), ("black", "grey"))[variant])
    return list(islice(words, max(lower, min(upper, 2))))


def _steps(field: Field) -> Decimal:
    """The smallest difference that a test uses: 1, or a fraction for decimals."""
    if field.type == "whole":
        return Decimal(1)
    return Decimal(1).scaleb(-field.places) if field.places is not None else Decimal("0.01")


def _number(field: Field, variant: int) -> int | float:
    step = Decimal(1) if field.type == "whole" else Decimal("0.5")
    if field.type == "decimal" and field.places == 0:
        step = Decimal(1)
    lower = field.lower.value if field.lower else None
    upper = field.upper.value if field.upper else None
    if lower is None:
        lower = Decimal(10) if upper is None else upper - 10
    value = lower.to_integral_value() + (1 + variant) * (step if step < 1 else 1) + 1
    if upper is not None and value >= upper:
        span = upper - lower
        fine = _steps(field)
        value = (lower + span * (variant + 1) / 4).quantize(fine)
        if not _inside(field, value):
            value = lower if variant % 2 == 0 else upper
    if value == field.default and _inside(field, value + 1):
        value += 1
    return as_json(field, value)


def _inside(field: Field, value: Decimal) -> bool:
    lower, upper = field.lower, field.upper
    above = lower is None or value > lower.value or (lower.inclusive and value == lower.value)
    below = upper is None or value < upper.value or (upper.inclusive and value == upper.value)
    return above and below


def as_json(field: Field, value: Decimal) -> int | float:
    """The number as a client writes it; whole decimals stay whole."""
    if field.type == "whole" or value == value.to_integral_value():
        return int(value)
    return float(value)


def _moment(resource: Resource, field: Field, variant: int) -> str:
    """Later fields get later days, so that every order between them holds."""
    day = 1 + variant + 5 * _rank(resource, field.name)
    date = f"2030-01-{day:02d}" if day <= 28 else f"2031-01-{day % 28 + 1:02d}"
    return date if field.type == "date" else f"{date}T12:00:00Z"


def _rank(resource: Resource, name: str, seen: frozenset[str] = frozenset()) -> int:
    """How many fields must come before this one."""
    before = [order.earlier for order in resource.orders if order.later == name]
    return max(
        (1 + _rank(resource, other, seen | {name}) for other in before if other not in seen),
        default=0,
    )


def inside(field: Field) -> list[Any]:
    """Right values at each bound, and each choice."""
    if field.choices:
        return list(field.choices)
    if field.type == "boolean":
        return [True, False]
    values: list[Any] = []
    if field.type in NUMERIC:
        step = _steps(field)
        for bound, inward in ((field.lower, step), (field.upper, -step)):
            if bound:
                value = bound.value if bound.inclusive else bound.value + inward
                values.append(as_json(field, value))
        return [*values, *_many_digits(field)]
    sizes = [int(bound.value) for bound in (field.lower, field.upper) if bound]
    values = [sized(field, size) for size in dict.fromkeys(sizes)]
    if field.blank and not field.lower:
        values.append([] if field.type == "texts" else "")
    return values


def _many_digits(field: Field) -> Iterator[float | int]:
    """As many digits as a JSON number keeps, where the bounds allow that many."""
    if field.type != "decimal":
        return
    whole = Decimal(123456789012345)
    fraction = Decimal(_number(field, 0)).to_integral_value() + Decimal("0.12345678901234")
    for value in (whole, fraction):
        allowed = field.places is None or round(value, field.places) == value
        if allowed and len(value.as_tuple().digits) == 15 and _inside(field, value):
            yield as_json(field, value)
            return


def outside(field: Field) -> list[Any]:
    """Wrong values of the right type, each as close to right as it can be."""
    if field.choices:
        return ["".join(field.choices), field.choices[0] + "x", ""]
    values = list(_outside_bounds(field))
    wrong: dict[str, list[Any]] = {
        "email": ["ada", "ada@", "@example.com", "ada@example", "a da@example.com", "a@b@c.de"],
        "url": ["example.com", "ftp://example.com", "https://", "https://exa mple.com"],
        "uuid": [
            "1",
            "00000001-0000-4000-8000-00000000000",
            "g0000001-0000-4000-8000-000000000000",
        ],
        "date": ["2030-02-30", "31.01.2030", "tomorrow", ""],
        "datetime": ["2030-02-30T12:00:00", "2030-01-01T25:00:00Z", "noon", ""],
        "texts": [[""], ["red", 7], ["red", "  "]],
        "decimal": [float("nan"), float("inf"), 1234567890123456],
    }
    values += wrong.get(field.type, [])
    if field.alphabet and field.type == "text":
        right = sized(field, max(int(field.lower.value) if field.lower else 3, 1))
        strange = {"digits": "x", "letters": "1", "capital letters": "a"}.get(field.alphabet, "-")
        values += [right[:-1] + strange, right[:-1] + "é"]
    if field.places is not None:
        values.append(as_json(field, Decimal(_number(field, 0)) + _steps(field) / 10))
    if field.type == "text" and not field.blank:
        values += ["", "   "] if not field.lower or field.lower.value <= 3 else [""]
    return values


def _outside_bounds(field: Field) -> Iterator[Any]:
    if field.type in NUMERIC:
        step = _steps(field)
        for bound, outward in ((field.lower, -step), (field.upper, step)):
            if bound:
                yield as_json(field, bound.value + outward if bound.inclusive else bound.value)
        return
    if field.lower and field.lower.value > 1:
        yield sized(field, int(field.lower.value) - 1)
    elif field.lower and field.type == "texts":
        yield []
    if field.upper:
        yield sized(field, int(field.upper.value) + 1)


def wrong_types(field: Field) -> list[Any]:
    """Values of other types, JSON's null among them where it is not allowed."""
    by_type: dict[str, list[Any]] = {
        "whole": ["7", 1.5, True],
        "decimal": ["1.5", True],
        "boolean": ["true", 1, 0],
        "texts": ["red", 7],
    }
    values = by_type.get(field.type, [7, ["text"]] if field.type in TEXTUAL else [20300101])
    return values if field.optional else [*values, None]
