"""The fields of one resource: types, bounds, choices, attributes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant.providers.offline import names
from assistant.providers.offline.kinds import KINDS, Kind
from assistant.providers.offline.parse import Part, refuse
from assistant.providers.offline.spec import Field

_MOST_FIELDS = 60
_LONGEST_CHOICE = 60
_LONGEST_UNIQUE = 500
_FEWEST_UNIQUE = 10
#: By the name of the rule in the grammar.
KIND_OF: dict[str, Kind] = {kind.replace("-", "").replace(" ", "_"): kind for kind in KINDS}


def choice_text(choice: Part) -> str:
    """A choice without its quotes."""
    return choice.text.strip('"')


def whole(part: Part, low: int, high: int) -> int:
    """A whole number of the text between two limits."""
    found = Decimal(part.text.replace(" ", ""))
    outside = found != int(found) or not low <= found <= high
    refuse(outside, f"a whole number from {low} to {high} is wanted", part)
    return int(found)


def read_fields(listed: Part, owner: str, assumed: list[str]) -> tuple[Field, ...]:
    """The fields in the order given; what is assumed of them is added to ``assumed``."""
    found: dict[str, Field] = {}
    for part in listed.children:
        one = _field(part, owner, assumed)
        refuse(one.name in found, f"the field {one.name!r} is there twice", part)
        found[one.name] = one
    refuse(len(found) > _MOST_FIELDS, f"a resource has at most {_MOST_FIELDS} fields", listed)
    return tuple(found.values())


def _field(part: Part, owner: str, assumed: list[str]) -> Field:
    noun, (head, *attributes) = part.children[-2], part.children[-1].children
    name, fault = noun.text, names.fault_of_name(noun.text)
    refuse(fault, str(fault), noun)
    _check_number_and_article(part.find("article"), noun, head)
    one = Field(names.identifier(name), KIND_OF.get(head.data, "text"))
    bounds = head.children[0] if head.children else None
    if head.data in ("one_of", "bare"):
        choices = _choices(head)
        one = replace(one, choices=choices, min_length=1, max_length=max(map(len, choices)))
    elif one.type.largest:
        one = replace(one, **ends(bounds, one.kind))
    elif one.type.lengths:
        one = _long(one, bounds)
    one = _attributes(one, attributes, bounds or head)
    if names.is_secret(name) and not one.secret:
        one = replace(one, secret=True)
        assumed.append(f"The {name} is a secret: kept as a salted hash, never given back.")
    hidden = one.secret and (one.kind != "text" or bool(one.choices))
    refuse(hidden, f"the {name} is a secret, and a secret is a text", head)
    known = one.secret and (one.unique or one.default is not None)
    refuse(known, "a secret is neither unique nor has it a default", part)
    if head.data == "text" and not bounds:
        one = replace(one, max_length=_LONGEST_UNIQUE if one.unique else one.max_length)
        assumed.append(f"The {name} of the {owner} has from 1 to {one.max_length} characters.")
    elif largest := one.type.largest:
        limits = [f"at least {one.minimum}"] * (one.minimum == -largest)
        limits += [f"at most {one.maximum}"] * (one.maximum == largest)
        if limits:
            assumed.append(f"The {name} of the {owner} is {' and '.join(limits)}.")
    return one


def _check_number_and_article(article: Part | None, noun: Part, head: Part) -> None:
    """Refuse a list in the singular, anything else in the plural, and a wrong article."""
    name, plural = noun.text, names.is_plural(noun.text)
    if head.data == "list_of_text":
        many = names.plural(name) if plural is False else name
        wrong = article or plural is False
        refuse(wrong, "a list has a plural name and no article", article or noun, many)
        return
    refuse(plural, f"{name!r} is a plural; a list is written: {name} (list of text)", noun)
    right = names.fault_of_article(article.text if article else "", name) or "a"
    wanted = f"{right!r} is wanted before {name!r}"
    refuse(not article, wanted, noun, f"{right} {name}")
    refuse(names.fault_of_article(article.text if article else "", name), wanted, article, right)


def _choices(head: Part) -> tuple[str, ...]:
    found: list[str] = []
    for choice in head.children:
        text = choice_text(choice)
        fault = names.fault_of_choice(text) if choice.text == text else None
        refuse(fault, str(fault), choice)
        plain = text == text.strip() and text.isprintable() and 0 < len(text) <= _LONGEST_CHOICE
        refuse(not plain, f"a choice has from 1 to {_LONGEST_CHOICE} characters", choice)
        refuse(text in found, f"{text!r} is there twice", choice)
        found.append(text)
    refuse(len(found) < 2, "there are at least two choices", head)
    both = " or ".join(choice.text for choice in head.children)
    bare = head.data == "bare" and len(found) == 2
    refuse(bare, "two choices alone are written with 'or'", head, both)
    return tuple(found)


def ends(bounds: Part | None, kind: Kind, *, open_ended: bool = False) -> dict[str, Any]:
    """The bounds of a number as attributes of a field or parameter.

    Args:
        bounds: the sentence's part, None where it says nothing.
        kind: the type of the number.
        open_ended: there is no bound where none is given; otherwise the largest of the type.
    """
    largest, step = KINDS[kind].largest or Decimal(0), KINDS[kind].step
    found: dict[str, Any] = {} if open_ended else {"minimum": -largest, "maximum": largest}
    for end in bounds.children if bounds else ():
        value = Decimal(end.text.replace(" ", ""))
        places = "no" if step == 1 else "at most two"
        refuse(step and value % step, f"{kind} has {places} decimal places", end)
        refuse(abs(value) > largest, f"{kind} is at most {largest}", end)
        if end.data in ("above", "below") and not step:
            found["above_minimum" if end.data == "above" else "below_maximum"] = True
        value += {"above": step, "below": -step}.get(end.data, 0)
        found["minimum" if end.data in ("minimum", "above") else "maximum"] = value
    low, high = found.get("minimum", -largest), found.get("maximum", largest)
    refuse(low >= high, f"nothing, or one value alone, is from {low} to {high}", bounds)
    return found


def _long(one: Field, lengths: Part | None) -> Field:
    """With the lengths of a text or a list."""
    assert one.type.lengths is not None
    low, most = one.type.lengths
    said = {end.data: whole(end, 0, most) for end in lengths.children} if lengths else {}
    low = said.get("exactly", said.get("shortest", low))
    high = said.get("exactly", said.get("longest", most))
    none = lengths and (high < max(low, 1) or ("exactly" not in said and low == high))
    refuse(none, f"nothing, or one length alone, is from {low} to {high}", lengths)
    return replace(one, min_length=low, max_length=high)


def _attributes(one: Field, parts: list[Part], head: Part) -> Field:
    seen: set[str] = set()
    for part in parts:
        said = part.data
        refuse(said in seen, "it is said twice", part)
        seen.add(said)
        change: dict[str, Any] = {said: True}
        if said == "default":
            change = {said: _default(one, part.children[0])}
        elif said in ("created", "changed"):
            dated = one.kind.startswith("date")
            refuse(not dated, "the server sets dates, and dates with time, alone", part)
            refuse(len(parts) > 1, "what the server sets has no other attribute", part)
            change = {"server": said}
        one = replace(one, **change)
    filled = one.optional and one.default is not None
    refuse(filled, "an optional field has no default: left out, it is empty", head)
    few = bool(one.choices) or one.kind in ("yes or no", "list of text")
    refuse(one.unique and few, "choices, yes or no, and lists cannot be unique", head)
    width = (one.maximum or Decimal(0)) - (one.minimum or Decimal(0))
    few = one.unique and one.type.step > 0 and width / (one.type.step or 1) + 1 < _FEWEST_UNIQUE
    refuse(few, f"unique wants at least {_FEWEST_UNIQUE} values to choose from", head)
    long = one.unique and head.data == "lengths" and (one.max_length or 0) > _LONGEST_UNIQUE
    refuse(long, f"a unique text has at most {_LONGEST_UNIQUE} characters", head)
    return one


def _default(one: Field, part: Part) -> Decimal | str | bool:
    value: Decimal | str | bool = part.data == "yes"
    fits = one.kind == "yes or no" and part.data in ("yes", "no")
    if part.data == "default_number":
        value, fits = Decimal(part.text.replace(" ", "")), bool(one.type.largest)
        placed = one.holds(value) and not (one.type.step and value % one.type.step)
        refuse(not placed, f"the default is outside: from {one.minimum} to {one.maximum}", part)
    elif part.data == "default_choice":
        value, fits = choice_text(part), one.kind == "text"
        strange = one.choices and value not in one.choices
        refuse(strange, f"{value!r} is none of {', '.join(one.choices)}", part)
        bare = fits and not one.choices and part.text == value
        refuse(bare, "a text stands in quotes", part, f'"{value}"')
        length = (one.min_length or 0) <= len(value) <= (one.max_length or 0)
        plain = length and value.isprintable()
        refuse(fits and not plain, "the default has not the length that is allowed", part)
    refuse(not fits, f"it is no value of {one.kind}, or none that can be a default", part)
    return value
