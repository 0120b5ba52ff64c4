"""The fields of one resource: kinds, bounds, choices, attributes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant.providers.offline import names
from assistant.providers.offline.parse import Part, Refused
from assistant.providers.offline.spec import (
    LARGEST_AMOUNT,
    LARGEST_NUMBER,
    LARGEST_WHOLE,
    LONGEST_LIST,
    LONGEST_TEXT,
    NUMERIC,
    Field,
    Kind,
)

_MOST_FIELDS = 60
_LONGEST_CHOICE = 60
LONGEST_UNIQUE = 500
_FEWEST_UNIQUE = 10
_KINDS: dict[str, Kind] = {
    "text": "text",
    "whole_number": "whole number",
    "number": "number",
    "amount": "amount",
    "yes_or_no": "yes or no",
    "date": "date",
    "date_and_time": "date and time",
    "email_address": "e-mail address",
    "web_address": "web address",
    "list_of_text": "list of text",
}
_LARGEST = {"whole number": LARGEST_WHOLE, "number": LARGEST_NUMBER, "amount": LARGEST_AMOUNT}
_STEP = {"whole number": Decimal(1), "number": Decimal(0), "amount": Decimal("0.01")}


def choice_text(choice: Part) -> str:
    """A choice without its quotes."""
    return choice.text.strip('"')


def number(tree: Part) -> Decimal:
    """A number of the text."""
    return Decimal(tree.text.replace(" ", ""))


def whole(tree: Part, low: int, high: int) -> int:
    """A whole number of the text between two limits."""
    found = number(tree)
    if found != int(found) or not low <= found <= high:
        raise Refused(f"a whole number from {low} to {high} is wanted", tree)
    return int(found)


def read_fields(listed: Part, owner: str, assumed: list[str]) -> tuple[Field, ...]:
    """The fields in the order given; what is assumed of them is added to ``assumed``."""
    found: list[Field] = []
    for tree in listed.children:
        one = _field(tree, owner, assumed)
        if any(each.name == one.name for each in found):
            raise Refused(f"the field {one.name!r} is there twice", tree)
        found.append(one)
    if len(found) > _MOST_FIELDS:
        raise Refused(f"a resource has at most {_MOST_FIELDS} fields", listed)
    return tuple(found)


def _field(tree: Part, owner: str, assumed: list[str]) -> Field:
    *article, noun, kind = tree.children
    name = noun.text
    head, *attributes = kind.children
    if fault := names.fault_of_name(name):
        raise Refused(fault, noun)
    if head.data == "list_of_text":
        if article or names.is_plural(name) is False:
            right = name if names.is_plural(name) is not False else names.plural(name)
            raise Refused("a list has a plural name and no article", tree.children[0], right)
    elif not article or names.is_plural(name):
        if article:
            raise Refused(f"{name!r} is a plural; a list is written: {name} (list of text)", noun)
        right = names.fault_of_article("a", name) or "a"
        raise Refused(f"{right!r} is wanted before {name!r}", noun, f"{right} {name}")
    elif right_article := names.fault_of_article(article[0].data, name):
        raise Refused(f"{right_article!r} is wanted before {name!r}", article[0], right_article)
    plain = _choices(name, head) if head.data in ("one_of", "bare") else _kind(name, head)
    one = _attributes(plain, attributes, head)
    if names.is_secret(name) and not one.secret:
        if one.kind != "text" or one.choices:
            raise Refused(f"a {name} is a secret, and a secret is a text", head)
        one = replace(one, secret=True)
        assumed.append(f"The {name} is a secret: kept as a salted hash, never given back.")
    _check(one, tree)
    if head.data == "text" and not head.children:
        limit = LONGEST_UNIQUE if one.unique else LONGEST_TEXT
        one = replace(one, max_length=limit)
        assumed.append(f"The {name} of the {owner} has from 1 to {limit} characters.")
    elif one.kind in NUMERIC and _LARGEST[one.kind] in (one.maximum, -(one.minimum or 0)):
        low, high = one.minimum, one.maximum
        assumed.append(f"The {name} of the {owner} is from {low} to {high}.")
    return one


def _choices(name: str, tree: Part) -> Field:
    found: list[str] = []
    bare = tree.data == "bare"
    if bare and len(tree.children) == 2:
        both = " or ".join(choice.text for choice in tree.children)
        raise Refused("two choices alone are written with 'or'", tree, both)
    for choice in tree.children:
        token, text = choice.children[0], choice_text(choice)
        if token.data == "WORD" and (fault := names.fault_of_choice(text)):
            raise Refused(fault, choice)
        if (
            text != text.strip()
            or not text
            or len(text) > _LONGEST_CHOICE
            or not text.isprintable()
        ):
            raise Refused(f"a choice has from 1 to {_LONGEST_CHOICE} characters", choice)
        if text in found:
            raise Refused(f"{text!r} is there twice", choice)
        found.append(text)
    if len(found) < 2:
        raise Refused("there are at least two choices", tree)
    longest = max(map(len, found))
    return Field(
        name=names.identifier(name),
        kind="text",
        min_length=1,
        max_length=longest,
        choices=tuple(found),
    )


def _kind(name: str, tree: Part) -> Field:
    kind = _KINDS[tree.data]
    one = Field(name=names.identifier(name), kind=kind)
    bounds = tree.children[0] if tree.children else None
    if kind in NUMERIC:
        return _bounded(one, bounds)
    if kind == "text":
        return _long(one, bounds, 1, LONGEST_TEXT)
    return _long(one, bounds, 0, LONGEST_LIST) if kind == "list of text" else one


def ends(bounds: Part | None) -> dict[str, Part]:
    """The numbers of a bound by "at_least", "more_than", "at_most" and "less_than"."""
    if bounds is None:
        return {}
    if bounds.data == "from_to":
        return {"at_least": bounds.children[0], "at_most": bounds.children[1]}
    return {end.data: end.children[0] for end in bounds.children}


def check_order(low: Decimal, high: Decimal, bounds: Part | None) -> None:
    """Refuse bounds between which nothing, or one value alone, lies."""
    if low >= high:
        raise Refused(f"nothing, or one value alone, is from {low} to {high}", bounds)


def _bounded(one: Field, bounds: Part | None) -> Field:
    largest, step = _LARGEST[one.kind], _STEP[one.kind]
    found = {"at_least": -largest, "at_most": largest}
    strict = {"more_than": False, "less_than": False}
    for end, tree in ends(bounds).items():
        value = number(tree)
        if step and value % step:
            places = "no" if step == 1 else "at most two"
            raise Refused(f"{one.kind} has {places} decimal places", tree)
        if abs(value) > largest:
            raise Refused(f"{one.kind} is at most {largest}", tree)
        if end in strict:
            strict[end] = not step
            value += step if end == "more_than" else -step
        found["at_least" if end in ("at_least", "more_than") else "at_most"] = value
    check_order(found["at_least"], found["at_most"], bounds)
    return replace(
        one,
        minimum=found["at_least"],
        maximum=found["at_most"],
        above_minimum=strict["more_than"],
        below_maximum=strict["less_than"],
    )


def _long(one: Field, lengths: Part | None, low: int, longest: int) -> Field:
    high = longest
    if lengths is not None:
        first = whole(lengths.children[0], 0, longest)
        if lengths.data == "up_to":
            high = first
        elif lengths.data == "exactly":
            low = high = first
        else:
            low = first
            if lengths.data == "from_to":
                high = whole(lengths.children[1], 0, longest)
        if high < max(low, 1) or (lengths.data == "from_to" and low == high):
            raise Refused(f"nothing, or one length alone, is from {low} to {high}", lengths)
    return replace(one, min_length=low, max_length=high)


def _attributes(one: Field, trees: list[Part], head: Part) -> Field:
    seen: set[str] = set()
    for tree in trees:
        if tree.data in seen:
            raise Refused("it is said twice", tree)
        seen.add(tree.data)
        if tree.data in ("created", "changed"):
            if one.kind not in ("date", "date and time"):
                raise Refused("the server sets dates, and dates with time, alone", tree)
            one = replace(one, server="created" if tree.data == "created" else "changed")
        elif tree.data == "default":
            one = _default(one, tree.children[0])
        else:
            flags: dict[str, Any] = {tree.data: True}
            one = replace(one, **flags)
    if {"created", "changed"} & seen and len(seen) > 1:
        raise Refused("what the server sets has no other attribute", trees[-1])
    if {"optional", "default"} <= seen:
        raise Refused("an optional field has no default: left out, it is empty", trees[-1])
    if "unique" in seen and (one.choices or one.kind in ("yes or no", "list of text")):
        raise Refused("choices, yes or no, and lists cannot be unique", head)
    few = one.kind in NUMERIC and _count(one) < _FEWEST_UNIQUE
    if "unique" in seen and few:
        raise Refused(f"unique wants at least {_FEWEST_UNIQUE} values to choose from", head)
    if (
        "unique" in seen
        and one.kind == "text"
        and (one.max_length or 0) > LONGEST_UNIQUE
        and head.children
    ):
        raise Refused(f"a unique text has at most {LONGEST_UNIQUE} characters", head)
    return one


def _count(one: Field) -> Decimal:
    """How many values a field with bounds may have."""
    assert one.minimum is not None
    assert one.maximum is not None
    step = _STEP[one.kind]
    return (one.maximum - one.minimum) / step + 1 if step else LARGEST_NUMBER


def _default(one: Field, tree: Part) -> Field:
    if tree.data == "default_number":
        value: Decimal | str | bool = number(tree.children[0])
        right = one.kind in NUMERIC
    elif tree.data == "default_choice":
        choice = tree.children[0]
        value = choice_text(choice)
        quoted = choice.children[0].data == "QUOTED"
        right = one.kind == "text" and (quoted or bool(one.choices))
        if not right and one.kind == "text":
            raise Refused("a text stands in quotes", tree, f'"{value}"')
    else:
        value, right = tree.data == "yes", one.kind == "yes or no"
    if not right:
        raise Refused(f"it is no value of {one.kind}, or none that can be a default", tree)
    if isinstance(value, Decimal):
        if not inside(value, one) or (_STEP[one.kind] and value % _STEP[one.kind]):
            raise Refused(f"the default is outside: from {one.minimum} to {one.maximum}", tree)
    elif isinstance(value, str):
        if one.choices and value not in one.choices:
            raise Refused(f"{value!r} is none of {', '.join(one.choices)}", tree)
        if (
            not (one.min_length or 0) <= len(value) <= (one.max_length or 0)
            or not value.isprintable()
        ):
            raise Refused("the default has not the length that is allowed", tree)
    return replace(one, default=value)


def inside(value: Decimal, one: Field) -> bool:
    """Whether a value lies in the bounds of a field."""
    assert one.minimum is not None
    assert one.maximum is not None
    low = value > one.minimum if one.above_minimum else value >= one.minimum
    return low and (value < one.maximum if one.below_maximum else value <= one.maximum)


def _check(one: Field, tree: Part) -> None:
    """Refuse what a secret cannot have."""
    if one.secret and (one.kind != "text" or one.choices):
        raise Refused("a secret is a text", tree)
    if one.secret and (one.unique or one.default is not None):
        raise Refused("a secret is neither unique nor has it a default", tree)
