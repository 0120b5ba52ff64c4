"""Specifications as sentences of the offline language, and specifications at random."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from hypothesis import strategies as st

from assistant import english
from assistant.providers.offline import names
from assistant.providers.offline.kinds import KINDS, Kind
from assistant.providers.offline.parse import GRAMMAR, Part, Refused
from assistant.providers.offline.spec import Field, Listing, Resource, Specification, States

NUMERIC = [kind for kind, one in KINDS.items() if one.numeric]
OPERATIONS = ("create", "fetch", "list", "change", "delete")
LONGEST_TEXT, LONGEST_LIST = 10_000, 100
_OWN = ("limit", "offset", "search")  # parameters of every list, by which nothing is filtered
_STEP = {"whole number": Decimal(1), "number": Decimal("0.5"), "amount": Decimal("0.01")}
_DONE = {
    "create": "created",
    "fetch": "fetched",
    "list": "listed",
    "change": "changed",
    "delete": "deleted",
}


def text_of(specification: Specification) -> str:
    """A text that says what a specification of resources holds."""
    said = [sentence for each in specification.resources for sentence in _resource(each)]
    called = [english.plural(each.singular.replace("_", "-")) for each in specification.resources]
    return f"Create a REST API for {_listed(called)}. {' '.join(f'{each}.' for each in said)}"


def _resource(one: Resource) -> list[str]:
    name = one.singular.replace("_", "-")
    named = f"{english.article(name)} {name}"
    capital = named[0].upper() + named[1:]
    said = [f"{capital} has {_listed([_field(each) for each in one.fields])}"]
    if one.parent:
        parent = one.parent.replace("_", "-")
        said.append(f"{capital} belongs to {english.article(parent)} {parent}")
    if one.states:
        moves = [f"from {_choice(a)} to {_choice(b)}" for a, b in one.states.transitions]
        said.append(f"{capital} goes {_listed(moves)}")
    plural = english.plural(name)
    done = [_DONE[each] for each in one.operations if each != "list"]
    if one.listing:
        done += _listing(one.listing)
    return [*said, f"{plural[0].upper()}{plural[1:]} can be {_listed(done)}"]


def _listing(listing: Listing) -> list[str]:
    said = [f"listed in pages of {listing.page_size}"]
    if listing.filters:
        # The key of a parent is called like the parent.
        called = [each.removesuffix("_id").replace("_", "-") for each in listing.filters]
        said.append(f"filtered by {_listed(called)}")
    if listing.searches:
        called = [f"the {each.replace('_', '-')}" for each in listing.searches]
        said.append(f"searched by a part of {_listed(called, 'or')}")
    if listing.sorts:
        keys = [f"{name.replace('_', '-')}{' descending' * down}" for name, down in listing.sorts]
        said.append(f"sorted by {_listed(keys)}")
    return said


def _field(one: Field) -> str:
    name = one.name.replace("_", "-")
    attributes = [word for word in ("optional", "unique") if getattr(one, word)]
    if isinstance(one.default, bool):
        attributes.append(f"default {'yes' if one.default else 'no'}")
    elif isinstance(one.default, Decimal):
        attributes.append(f"default {format(one.default, 'f')}")
    elif one.default is not None:
        attributes.append(f"default {_choice(one.default)}")
    if one.server:
        attributes.append("set by the server")
    if one.choices:
        head = "one of " + ", ".join(map(_choice, one.choices))
        inner = "; ".join([head, *([", ".join(attributes)] if attributes else [])])
    else:
        inner = ", ".join([f"{one.kind}{_bounds(one)}{_lengths(one)}", *attributes])
    article = "" if one.kind == "list of text" else f"{english.article(name)} "
    return f"{article}{name} ({inner})"


def _bounds(one: Field) -> str:
    if one.kind not in NUMERIC:
        return ""
    low, high = format(one.low or Decimal(0), "f"), format(one.high or Decimal(0), "f")
    return f" from {low} to {high}"


def _lengths(one: Field) -> str:
    if one.high is None or not one.type.unit:
        return ""
    unit = "entries" if one.kind == "list of text" else "characters"
    if one.kind == "text" and one.low == one.high:
        return f" of exactly {one.high} {unit}"
    return f" from {one.low} to {one.high} {unit}"


def _choice(text: str) -> str:
    return f'"{text}"'


def _listed(items: Sequence[str], last: str = "and") -> str:
    *head, tail = items
    return f"{', '.join(head)}, {last} {tail}" if len(head) > 1 else f" {last} ".join(items)


def _is_name(name: str) -> bool:
    words = name.replace("_", "-")
    try:
        names.check_name(Part("name", words, words, 0, len(words)))
    except Refused:
        return False
    many = english.plural(words)
    # The plural of "ga" would be "gas", which is a singular.
    plain = not english.is_plural(words) and english.is_plural(many) is not False
    return plain and not _GRAMMAR & {words, many}


_WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9)
# Words of the grammar are no names, but for those that have another use as well.
_SAID = GRAMMAR.read_text(encoding="utf-8")
_SOFT = re.findall(r'"([a-z-]+)"', _SAID.partition("!soft:")[2].partition("WORD:")[0])
_GRAMMAR = frozenset(re.findall(r'"([a-z-]+)"', _SAID)) - frozenset(_SOFT)
_NAME = (
    st.lists(_WORD.filter(lambda word: word not in _GRAMMAR), min_size=1, max_size=2)
    .map("_".join)
    .filter(_is_name)
    .filter(lambda name: not names.mentions(name, f"{names.SECRETS} {names.LATER}"))
)
_KINDS: tuple[Kind, ...] = (
    "text",
    "whole number",
    "number",
    "amount",
    "yes or no",
    "date",
    "date and time",
    "e-mail address",
    "web address",
    "list of text",
)


@st.composite
def specifications(draw: st.DrawFn) -> Specification:
    """One or two resources with all that the language can say of them."""
    called = draw(st.lists(_NAME, min_size=1, max_size=2, unique=True))
    parent = called[0] if len(called) == 2 and draw(st.booleans()) else None
    found = [draw(_resources(called[0], None))]
    found += [draw(_resources(name, parent)) for name in called[1:]]
    return Specification(resources=tuple(found))


@st.composite
def _resources(draw: st.DrawFn, name: str, parent: str | None) -> Resource:
    called = draw(st.lists(_NAME, min_size=1, max_size=4, unique=True))
    fields = tuple(draw(_fields(each)) for each in called if each != name)
    fields = fields or (Field("title", "text", low=Decimal(1), high=Decimal(9)),)
    states = None
    with_choices = [each for each in fields if each.choices]
    free = len(with_choices) == 1 and not with_choices[0].optional
    if free and draw(st.booleans()):
        held = with_choices[0]
        ring = list(zip(held.choices, held.choices[1:], strict=False))
        states = States(held.name, held.choices[0], tuple(ring))
        stateless = Field(held.name, "text", choices=held.choices)
        fields = tuple(stateless if each is held else each for each in fields)
    operations = {"create", *draw(st.sets(st.sampled_from(OPERATIONS)))}
    if not any(not each.server and each.name != (states and states.field) for each in fields):
        operations.discard("change")
    return Resource(
        singular=name,
        plural=names.identifier(english.plural(name.replace("_", "-"))),
        fields=fields,
        parent=parent,
        operations=tuple(each for each in OPERATIONS if each in operations),
        listing=draw(_listings(fields, parent)) if "list" in operations else None,
        states=states,
    )


@st.composite
def _listings(draw: st.DrawFn, fields: tuple[Field, ...], parent: str | None) -> Listing:
    filtered = [each.name for each in fields if each.kind != "list of text"]
    filtered += [f"{parent}_id"] if parent else []
    searched = [each.name for each in fields if each.kind == "text" and not each.choices]
    ordered = [
        each.name
        for each in fields
        if each.kind not in ("list of text", "yes or no") and not (each.optional or each.choices)
    ]
    return Listing(
        filters=tuple(draw(_some([one for one in filtered if one not in _OWN]))),
        searches=tuple(draw(_some(searched))),
        sorts=tuple((name, draw(st.booleans())) for name in draw(_some(ordered))),
        page_size=draw(st.integers(1, 1000)),
    )


def _some(items: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(items), unique=True, max_size=3) if items else st.just([])


@st.composite
def _fields(draw: st.DrawFn, name: str) -> Field:
    kind = draw(st.sampled_from(_KINDS))
    if kind == "list of text":
        low = draw(st.integers(0, 5))
        plural = names.identifier(english.plural(name.replace("_", "-")))
        high = draw(st.integers(low + 1, LONGEST_LIST))
        optional = draw(st.booleans())
        return Field(plural, kind, low=Decimal(low), high=Decimal(high), optional=optional)
    if kind in NUMERIC:
        return draw(_numbers(name, kind))
    if kind == "text":
        return draw(st.one_of(_texts(name), _choices(name)))
    extra = draw(st.sampled_from(("", "optional", "unique", "default", "server")))
    if kind == "yes or no":
        default = draw(st.booleans()) if extra == "default" else None
        return Field(name, kind, optional=extra == "optional", default=default)
    if extra == "server" and kind in ("date", "date and time"):
        return Field(name, kind, server=True)
    return Field(name, kind, optional=extra == "optional", unique=extra == "unique")


@st.composite
def _numbers(draw: st.DrawFn, name: str, kind: Kind) -> Field:
    step, most = _STEP[kind], int(KINDS[kind].largest or 0)
    low = draw(st.integers(-most, most - 10))
    width = draw(st.integers(10, min(1000, most - low)))
    places = draw(st.integers(0, 9)) if kind != "whole number" else 0
    minimum = Decimal(low) + places * step if places * step < width else Decimal(low)
    maximum = Decimal(low + width)
    extra = draw(st.sampled_from(("", "optional", "unique", "default")))
    inside = (minimum + maximum) / 2
    inside -= inside % step
    return Field(
        name,
        kind,
        low=minimum,
        high=maximum,
        optional=extra == "optional",
        unique=extra == "unique",
        default=inside if extra == "default" and minimum < inside < maximum else None,
    )


@st.composite
def _texts(draw: st.DrawFn, name: str) -> Field:
    low = draw(st.integers(0, 20))
    high = draw(st.integers(max(low, 1), LONGEST_TEXT))
    extra = draw(st.sampled_from(("", "optional", "unique", "default")))
    if extra == "unique":
        high = min(high, 500)
    letters = st.text("abc XYZ,.:;()!?-ß", min_size=low, max_size=min(high, low + 9))
    default = draw(letters.filter(lambda text: "  " not in text)) if extra == "default" else None
    return Field(
        name,
        "text",
        low=Decimal(low),
        high=Decimal(high),
        optional=extra == "optional",
        unique=extra == "unique",
        default=default,
    )


@st.composite
def _choices(draw: st.DrawFn, name: str) -> Field:
    found = draw(st.lists(_WORD, min_size=2, max_size=5, unique=True))
    extra = draw(st.sampled_from(("", "optional", "default")))
    return Field(
        name,
        "text",
        choices=tuple(found),
        optional=extra == "optional",
        default=found[-1] if extra == "default" else None,
    )
