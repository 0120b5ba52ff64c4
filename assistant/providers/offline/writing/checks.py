"""The functions of main.py that check one value each, and say what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.providers.offline.spec import (
    NUMERIC,
    TEXTUAL,
    Api,
    Bound,
    Field,
    Resource,
    Type,
    plain,
)
from assistant.providers.offline.writing.source import bracketed, listed, literal, quoted

PYTHON_TYPES: dict[Type, str] = {
    "text": "str",
    "email": "str",
    "url": "str",
    "uuid": "str",
    "whole": "int",
    "decimal": "Decimal",
    "boolean": "bool",
    "date": "dt.date",
    "datetime": "dt.datetime",
    "texts": "tuple[str, ...]",
}

_SHARED = {
    "_text": """\
def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    value.encode()  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    return value
""",
    "_filled_text": """\
def _filled_text(value: object) -> str:
    text = _text(value)
    if not text.strip():
        raise ValueError("must not be empty")
    return text
""",
    "_email": """\
def _email(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(r"[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+", text):
        raise ValueError("must be an e-mail address")
    return text
""",
    "_url": """\
def _url(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(r"https?://[^\\s/?#]+([/?#]\\S*)?", text):
        raise ValueError("must be a web address such as https://example.com")
    return text
""",
    "_uuid": """\
def _uuid(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        raise ValueError("must be a UUID in lower case")
    return text
""",
    "_whole": """\
def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")
    return value
""",
    "_decimal": """\
def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError("must be a number")
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError("must be a finite number")
    if len(number.as_tuple().digits) > 15:  # more would not survive a JSON number
        raise ValueError("must have at most 15 digits")
    return number
""",
    "_boolean": """\
def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value
""",
    "_date": """\
def _date(value: object) -> dt.date:
    try:
        return dt.date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError("must be a date such as 2030-01-31") from None
""",
    "_datetime": """\
def _datetime(value: object) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(_text(value))
    except ValueError:
        raise ValueError("must be a time such as 2030-01-31T12:00:00Z") from None
""",
    "_texts": """\
def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError("must be a list of texts")
    return tuple(_filled_text(item) for item in value)
""",
    "_optional": '''\
def _optional(check: Check) -> Check:
    """The same check for a value that may be null."""
    return lambda value: None if value is None else check(value)
''',
}
_NEEDS = {
    "_filled_text": ("_text",),
    "_email": ("_text",),
    "_url": ("_text",),
    "_uuid": ("_text",),
    "_date": ("_text",),
    "_datetime": ("_text",),
    "_texts": ("_filled_text",),
}


@dataclass(frozen=True, slots=True)
class Check:
    """How one field is checked.

    Attributes:
        expression: source of a callable that checks a value.
        shared: the shared functions it needs.
        own: source of the function of its own, "" if the shared one says it all.
    """

    expression: str
    shared: tuple[str, ...]
    own: str


def choices_name(resource: Resource, field: Field) -> str:
    """The type that holds a field's choices."""
    return resource.class_name + "".join(part.capitalize() for part in field.name.split("_"))


def check_of(resource: Resource, field: Field) -> Check:
    base = _base(field)
    name = f"_{resource.name}_{field.name}"
    own = _own(resource, field, name, base)
    expression = name if own else base
    if field.optional:
        return Check(f"_optional({expression})", (base, "_optional"), own)
    return Check(expression, (base,), own)


def shared_checks(api: Api) -> Iterator[str]:
    """Source of the shared functions that the fields need, in a fixed order."""
    wanted = {
        name
        for resource in api.resources
        for field in resource.given
        for name in check_of(resource, field).shared
    }
    for name in reversed(_SHARED):
        if name in wanted:
            wanted.update(_NEEDS.get(name, ()))
    yield from (source for name, source in _SHARED.items() if name in wanted)


def _base(field: Field) -> str:
    if field.type == "text":
        return "_text" if field.blank or field.choices else "_filled_text"
    return f"_{field.type}"


def _own(resource: Resource, field: Field, name: str, base: str) -> str:
    rules = list(_rules(resource, field))
    if not rules:
        return ""
    local = "number" if field.type in NUMERIC else "text" if field.type in TEXTUAL else "items"
    lines = [
        f"def {name}(value: object) -> {PYTHON_TYPES[field.type]}:",
        f"    {local} = {base}(value)",
    ]
    for test, message in rules:
        lines += [f"    if {test}:"]
        raising = bracketed("raise ValueError(", [quoted(message)], ")", 8)
        lines += raising
    return "\n".join([*lines, f"    return {local}"]) + "\n"


def _rules(resource: Resource, field: Field) -> Iterator[tuple[str, str]]:
    """What refuses a value: a Python condition and the message."""
    if field.choices:
        yield (
            f"text not in get_args({choices_name(resource, field)})",
            choices_message(field.choices),
        )
    if field.alphabet:
        yield _ALPHABETS[field.alphabet], f"must consist of {field.alphabet}"
    if field.places is not None:
        digits = f"{field.places} decimal place{'s' if field.places != 1 else ''}"
        yield f"round(number, {field.places}) != number", f"must have at most {digits}"
    if field.lower or field.upper:
        yield _range(field)


_ALPHABETS = {
    "digits": "not (text.isascii() and text.isdigit())",
    "letters": "not (text.isascii() and text.isalpha())",
    "capital letters": "not (text.isascii() and text.isalpha() and text.isupper())",
    "letters and digits": "not (text.isascii() and text.isalnum())",
}


def choices_message(choices: tuple[str, ...]) -> str:
    return f"must be {'one of ' if len(choices) > 1 else ''}{listed(choices, 'or')}"


def _range(field: Field) -> tuple[str, str]:
    if field.type in NUMERIC:
        return _number_range(field.lower, field.upper, field.type == "decimal")
    local, unit = ("text", "character") if field.type in TEXTUAL else ("items", "item")
    shortest = int(field.lower.value) if field.lower else None
    longest = int(field.upper.value) if field.upper else None
    size = f"len({local})"
    if shortest is None:
        return f"{size} > {longest}", f"must have at most {_counted(longest or 0, unit)}"
    if longest is None:
        return f"{size} < {shortest}", f"must have at least {_counted(shortest, unit)}"
    if shortest == longest:
        return f"{size} != {longest}", f"must have exactly {_counted(longest, unit)}"
    return (
        f"not {shortest} <= {size} <= {longest}",
        f"must have from {shortest} to {_counted(longest, unit)}",
    )


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' if number != 1 else ''}"


def _number_range(lower: Bound | None, upper: Bound | None, fraction: bool) -> tuple[str, str]:
    def source(value: Decimal) -> str:
        whole = value == value.to_integral_value()
        return plain(value) if not fraction or whole else literal(value)

    if lower and upper:
        left = "<=" if lower.inclusive else "<"
        right = "<=" if upper.inclusive else "<"
        test = f"not {source(lower.value)} {left} number {right} {source(upper.value)}"
        if lower.inclusive and upper.inclusive:
            return test, f"must be from {lower} to {upper}"
        low = f"at least {lower}" if lower.inclusive else f"greater than {lower}"
        high = f"at most {upper}" if upper.inclusive else f"less than {upper}"
        return test, f"must be {low} and {high}"
    if lower:
        if lower.inclusive:
            return f"number < {source(lower.value)}", f"must be at least {lower}"
        return f"number <= {source(lower.value)}", f"must be greater than {lower}"
    if upper and upper.inclusive:
        return f"number > {source(upper.value)}", f"must be at most {upper}"
    assert upper is not None  # _rules asks only where there is a bound
    return f"number >= {source(upper.value)}", f"must be less than {upper}"
