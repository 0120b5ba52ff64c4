"""The fields of one resource: types, bounds, choices, attributes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant import english
from assistant.providers.offline import names
from assistant.providers.offline.kinds import KINDS, Kind
from assistant.providers.offline.parse import Part, refuse
from assistant.providers.offline.spec import Field

_LONGEST_CHOICE = 60
_LONGEST_UNIQUE = Decimal(500)
_FEWEST_UNIQUE = 10
#: By the name of the rule in the grammar.
KIND_OF: dict[str, Kind] = {kind.replace("-", "").replace(" ", "_"): kind for kind in KINDS}


def read_fields(listed: Part, owner: str, assumed: list[str]) -> tuple[Field, ...]:
    """The fields in the order given; what is assumed of them is added to ``assumed``."""
    found: dict[str, Field] = {}
    for part in listed.children:
        one = _field(part, owner, assumed)
        refuse(one.name in found, f"the field {one.name!r} is there twice", part)
        found[one.name] = one
    return tuple(found.values())


def _field(part: Part, owner: str, assumed: list[str]) -> Field:
    noun, (head, *attributes) = part.children[-2], part.children[-1].children
    names.check_name(noun)
    secret = names.mentions(noun.text, names.SECRETS)
    refuse(secret, "it is a secret, and a secret is not to be given back", noun)
    _check_number_and_article(part, noun, head)
    one = Field(names.identifier(noun.text), KIND_OF.get(head.data, "text"))
    bounds = next(iter(head.children), None)
    if head.data in ("one_of", "bare"):
        one = replace(one, choices=_choices(head))
    elif one.type.largest:
        least, most = one.type.limits
        unique = one.type.unit and any(each.data == "unique" for each in attributes)
        most = _LONGEST_UNIQUE if unique else most
        low, high = _bounds(bounds, one, Decimal(1) if one.kind == "text" else least, most)
        one = replace(one, low=low, high=high)
        said = f"The {noun.text} of the {owner}"
        if one.type.numeric and (low == least or high == most):
            assumed.append(f"{said} is from {low} to {high}.")
        elif one.kind == "text" and not bounds:
            assumed.append(f"{said} has from {low} to {high} characters.")
    return _with_attributes(one, attributes, bounds or head)


def _check_number_and_article(part: Part, noun: Part, head: Part) -> None:
    """Refuse a list in the singular, anything else in the plural, and a wrong article."""
    article = part.children[0] if part.children[0] is not noun else None
    name, plural = noun.text, english.is_plural(noun.text)
    if head.data == "list_of_text":
        many = english.plural(name) if plural is False else name
        wrong = article or plural is False
        right = part.text.replace(f"{article.text} {name}" if article else name, many, 1)
        refuse(wrong, "a list has a plural name and no article", part, right)
    else:
        several = f"{name!r} is a plural; a list is written: {name} (list of text)"
        texts = head.data == "text" and not article
        refuse(plural and texts, several, part, part.text.replace("(text", "(list of text", 1))
        refuse(plural, several, noun, english.singular(name))
        right = english.article(name)
        refuse(not article, f"{right!r} is wanted before {name!r}", noun, f"{right} {name}")
        names.check_article(article or noun, noun)


def _choices(head: Part) -> tuple[str, ...]:
    found: list[str] = []
    for choice in head.children:
        text = choice.text.strip('"')
        names.check_choice(choice)
        plain = text == text.strip() and text.isprintable() and 0 < len(text) <= _LONGEST_CHOICE
        refuse(not plain, f"a choice has from 1 to {_LONGEST_CHOICE} characters", choice)
        refuse(text in found, f"{text!r} is there twice", choice)
        found.append(text)
    refuse(len(found) < 2, "there are at least two choices", head)
    both = " or ".join(choice.text for choice in head.children)
    bare = head.data == "bare" and len(found) == 2
    refuse(bare, "two choices alone are written with 'or'", head, both)
    return tuple(found)


def _bounds(at: Part | None, one: Field, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """The bounds of a number, or of a length; ``low`` and ``high`` where none is given."""
    kind, step, most = one.kind, one.type.step, high
    for end in at.children if at else ():
        value = Decimal(end.text.replace(" ", ""))
        places = "no" if step == 1 else "at most two"
        refuse(step and value % step, f"{kind} has {places} decimal places", end)
        refuse(abs(value) > most, f"{kind} has at most {most} {one.type.unit}".strip(), end)
        strict = end.data in ("above", "below")
        refuse(strict and not step, "of a number the bound is included: at least, or at most", end)
        if end.data in ("minimum", "above", "exactly"):
            low = value + step if strict else value
        if end.data in ("maximum", "below", "exactly"):
            high = value - step if strict else value
    exact = at is not None and any(end.data == "exactly" for end in at.children)
    none = low > high or (low == high and not exact) or (one.type.unit and high == 0)
    refuse(none, f"nothing, or one value alone, is from {low} to {high}", at)
    return low, high


def _with_attributes(one: Field, parts: list[Part], head: Part) -> Field:
    seen: set[str] = set()
    for part in parts:
        said = part.data
        refuse(said in seen, "it is said twice", part)
        seen.add(said)
        value: Any = _default(one, part.children[0]) if said == "default" else True
        one = replace(one, **{said: value})
    dated = one.kind.startswith("date")
    refuse(one.server and not dated, "the server sets dates, and dates with time, alone", head)
    later = one.server and names.mentions(one.name, names.LATER)
    refuse(later, f"the server sets it at the creation alone, and {one.name!r} says more", head)
    refuse(one.server and len(parts) > 1, "what the server sets has no other attribute", head)
    filled = one.optional and one.default is not None
    refuse(filled, "an optional field has no default: left out, it is empty", head)
    few = bool(one.choices) or one.kind in ("yes or no", "list of text")
    refuse(one.unique and few, "choices, yes or no, and lists cannot be unique", head)
    width = (one.high or Decimal(0)) - (one.low or Decimal(0))
    few = one.type.numeric and width + one.type.step < _FEWEST_UNIQUE * one.type.step
    refuse(one.unique and few, f"unique wants at least {_FEWEST_UNIQUE} different values", head)
    return one


def _default(one: Field, part: Part) -> Decimal | str | bool:
    if part.data == "default_number" and one.type.numeric:
        number = Decimal(part.text.replace(" ", ""))
        places = one.type.step and number % one.type.step
        refuse(places, f"it has more decimal places than {one.kind} has", part)
        refuse(not one.holds(number), f"it is not from {one.low} to {one.high}", part)
        return number
    if part.data in ("yes", "no") and one.kind == "yes or no":
        return part.data == "yes"
    text = part.text.strip('"')
    fits = part.data == "default_choice" and one.kind == "text"
    refuse(not fits, f"it is no value of {one.kind}, or none that can be a default", part)
    strange = one.choices and text not in one.choices
    refuse(strange, f"{text!r} is none of {', '.join(one.choices)}", part)
    refuse(not one.choices and part.text == text, "a text stands in quotes", part, f'"{text}"')
    plain = one.choices or (one.holds(Decimal(len(text))) and text.isprintable())
    refuse(not plain, "the default has not the length that is allowed", part)
    return text
