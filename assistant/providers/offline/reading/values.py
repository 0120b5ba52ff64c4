"""Values in requirements: numbers, truth, and the defaults of fields."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal, InvalidOperation

from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.spec import NUMERIC, Field, Value

BOOLEANS = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
    "not set": False,
}
_EMPTY = ("empty", "an empty list", "empty list", "[]", "none", "an empty text", "")
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: value for value, word in enumerate(_SMALL.split())} | {
    "twenty": 20,
    "fifty": 50,
    "hundred": 100,
    "a hundred": 100,
    "one hundred": 100,
    "thousand": 1000,
    "a thousand": 1000,
    "one thousand": 1000,
    "a million": 10**6,
    "one million": 10**6,
}


def number(text: str) -> Decimal:
    """``1,000`` → 1000, ``ten`` → 10."""
    plain = text.lower().strip().lstrip("$€£")
    if plain in _NUMBERS:
        return Decimal(_NUMBERS[plain])
    try:
        value = Decimal(re.sub(r"(?<=\d)[,_](?=\d{3}\b)", "", plain))
    except InvalidOperation:
        raise Unclear(f"{text[:40]!r} is no number") from None
    if not value.is_finite() or len(plain) > 24:
        raise Unclear(f"{text[:40]!r} is no number that can be used")
    return value


def _within(field: Field, value: Decimal) -> bool:
    lower, upper = field.lower, field.upper
    low = lower is None or value > lower.value or (lower.inclusive and value == lower.value)
    high = upper is None or value < upper.value or (upper.inclusive and value == upper.value)
    return low and high


def default_of(field: Field, text: str) -> Value | None:
    if text.lower() in ("null", "none", "nothing"):
        return None
    if field.choices:
        same = [choice for choice in field.choices if choice.lower() == text.lower()]
        if not same:
            raise Unclear(f"the default {text!r} is none of the choices of {field.words}")
        return same[0]
    if field.type == "boolean":
        if text.lower() not in BOOLEANS:
            raise Unclear(f"{text!r} is neither true nor false")
        return BOOLEANS[text.lower()]
    if field.type in NUMERIC:
        value = number(text)
        if not _within(field, value):
            raise Unclear(f"the default {text} of {field.words} is out of its bounds")
        if field.type == "decimal":
            return value
        if value != value.to_integral_value():
            raise Unclear(f"the default {text} of {field.words} is no whole number")
        return int(value)
    if field.type == "texts":
        if text.lower() in _EMPTY and not (field.lower and field.lower.value > 0):
            return ()
        raise Unclear("a list can only have the empty list as its default")
    if field.type in ("text", "date", "datetime", "uuid"):
        return _default_text(field, text)
    return text


def _default_text(field: Field, text: str) -> str:
    if text.lower() in _EMPTY and field.type == "text":
        raise Unclear(f"the default of {field.words} is empty: say that it is optional")
    try:
        if field.type == "date":
            dt.date.fromisoformat(text)
        elif field.type == "datetime":
            dt.datetime.fromisoformat(text)
        elif field.type == "uuid":
            uuid.UUID(text)
    except ValueError:
        raise Unclear(f"the default {text!r} of {field.words} is no {field.type}") from None
    low, high = field.lower, field.upper
    if (low and len(text) < low.value) or (high and len(text) > high.value):
        raise Unclear(f"the default {text!r} of {field.words} is out of its bounds")
    if field.alphabet:
        raise Unclear(f"a default of {field.words} cannot be checked")
    return text
