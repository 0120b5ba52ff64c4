"""From the sentences about resources to their specification; contradictions are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.providers.offline import names
from assistant.providers.offline.fields import choice_text, read_fields
from assistant.providers.offline.generate import RESERVED_CLASSES
from assistant.providers.offline.parse import Part, refuse
from assistant.providers.offline.spec import (
    Field,
    Listing,
    Resource,
    Specification,
    States,
    camel,
)

_LARGEST_PAGE = 1000
_PATHS = ("docs", "health", "redoc", "openapi")
_QUERY = ("limit", "offset", "search")
_OPERATIONS = ("create", "fetch", "list", "change", "delete")


@dataclass(slots=True)
class _Draft:
    """One resource while it is read: its fields, and its other sentences by their form."""

    name: str
    fields: tuple[Field, ...]
    said: dict[str, Part] = field(default_factory=dict)

    def field(self, noun: Part) -> Field:
        """The field that a part names."""
        known = {each.name.replace("_", "-"): each for each in self.fields}
        has = f"the fields of the {self.name} are {', '.join(known)}"
        refuse(noun.text not in known, has, noun)
        return known[noun.text]


def read_resources(sentences: list[Part]) -> Specification:
    """The resources of sentences that are all about them.

    Raises:
        Refused: a sentence contradicts itself or another one, or one is missing.
    """
    drafts: dict[str, _Draft] = {}
    assumed: list[str] = []
    for sentence in sentences:
        if sentence.data == "has":
            name = _new_name(sentence.children[0], drafts)
            fields = read_fields(sentence.children[1], name, assumed)
            drafts[name] = _Draft(name, fields, {"has": sentence})
    refuse(not drafts, "no sentence says what one of them has", sentences[0])
    opened = False
    for sentence in sentences:
        if sentence.data == "opening":
            refuse(opened, "there are two openings", sentence)
            opened = _opened(sentence, drafts)
        elif sentence.data != "has":
            one = sentence.find("one")
            draft = _described(one, drafts) if one else _listed(sentence.children[0], drafts)
            refuse(sentence.data in draft.said, "it is said twice", sentence)
            draft.said[sentence.data] = sentence
    resources: list[Resource] = []
    seen = set(RESERVED_CLASSES)
    for draft in drafts.values():
        resources.append(_resource(draft, drafts, assumed))
        own = camel(resources[-1].singular)
        called = [resources[-1].singular, resources[-1].plural, own, f"New{own}"]
        for name in (*called, f"{own}Query", f"{own}Row", f"{own}Move"):
            refuse(name in seen, f"two things would be called {name!r}", draft.said["has"])
            seen.add(name)
    return Specification(tuple(resources), assumptions=tuple(assumed))


def _new_name(one: Part, drafts: dict[str, _Draft]) -> str:
    article, noun = one.children
    name = noun.text
    names.check_name(noun)
    names.check_article(article, noun)
    refuse(names.is_plural(name), f"{name!r} is a plural; one of them is described", noun)
    refuse(name in drafts, "what it has is said twice", noun)
    many = names.plural(name)
    refuse(many in _PATHS, f"the service has a path {many!r} of its own", noun)
    return name


def _described(one: Part, drafts: dict[str, _Draft]) -> _Draft:
    article, noun = one.children
    names.check_article(article, noun)
    known = ", ".join(drafts)
    refuse(noun.text not in drafts, f"no sentence says what it has; described: {known}", noun)
    return drafts[noun.text]


def _listed(noun: Part, drafts: dict[str, _Draft]) -> _Draft:
    plurals = {names.plural(name): draft for name, draft in drafts.items()}
    refuse(noun.text in drafts, "the plural is wanted", noun, names.plural(noun.text))
    known = ", ".join(plurals)
    refuse(noun.text not in plurals, f"no sentence says what they have; described: {known}", noun)
    return plurals[noun.text]


def _opened(opening: Part, drafts: dict[str, _Draft]) -> bool:
    named = [_listed(noun, drafts).name for noun in opening.children]
    refuse(len(set(named)) < len(named), "it names one of them twice", opening)
    missing = [names.plural(name) for name in drafts if name not in named]
    refuse(missing, f"it names no {', '.join(missing)}, which are described", opening)
    return True


def _resource(draft: _Draft, drafts: dict[str, _Draft], assumed: list[str]) -> Resource:
    many, said = names.plural(draft.name), draft.said
    refuse("can" not in said, f"no sentence says what can be done with {many}", said["has"])
    parent = _parent(draft, said["belongs"].children[1], drafts) if "belongs" in said else None
    states = _states(said["goes"], draft) if "goes" in said else None
    listed = said["can"].children[1]
    parts = {part.data: part for part in listed.children}
    refuse(len(parts) < len(listed.children), "something is said twice", listed)
    refuse("create" not in parts, f"nobody creates {many}: 'created' is missing", listed)
    held = states.field if states else ""
    given = [one for one in draft.fields if not one.server and one.name != held]
    refuse("change" in parts and not given, "nothing in it can be changed", parts.get("change"))
    filters = _fields_of("filtered", parts, draft, parent)
    searches = _fields_of("searched", parts, draft)
    sorts = _fields_of("sorted", parts, draft)
    listing = None
    if "list" in parts:
        pages = parts["list"].children
        digits = pages[0].text if pages else str(Listing().page_size)
        size = int(digits) if digits.isdecimal() else 0
        fit = 0 < size <= _LARGEST_PAGE
        refuse(not fit, f"from 1 to {_LARGEST_PAGE} are on a page", parts["list"])
        assumed += [f"{many.capitalize()} are listed in pages of {size}."] * (not pages)
        down = [part.data == "descending" for part in parts["sorted"].children] if sorts else []
        listing = Listing(filters, searches, tuple(zip(sorts, down, strict=True)), size)
    return Resource(
        singular=names.identifier(draft.name),
        plural=names.identifier(many),
        fields=draft.fields,
        parent=names.identifier(parent) if parent else None,
        operations=tuple(each for each in _OPERATIONS if each in parts),
        listing=listing,
        states=states,
    )


def _parent(draft: _Draft, one: Part, drafts: dict[str, _Draft]) -> str:
    parent, known = _described(one, drafts), list(drafts)
    key = f"{names.identifier(parent.name)}_id"
    refuse(parent is draft, "it cannot belong to itself", one)
    later = known.index(parent.name) > known.index(draft.name)
    refuse(later, f"what the {draft.name} belongs to is described before it", one)
    taken = any(each.name == key for each in draft.fields)
    refuse(taken, f"the key of the {parent.name} and a field are both called {key!r}", one)
    return parent.name


def _states(goes: Part, draft: _Draft) -> States:
    """The states, which are the choices of a field; it starts with the first of them."""
    moves: list[tuple[str, str]] = []
    for move in goes.children[1].children:
        old, new = map(choice_text, move.children)
        refuse(old == new, "it goes nowhere", move)
        refuse((old, new) in moves, "it is said twice", move)
        moves.append((old, new))
    said = {state for move in moves for state in move}
    held = [each for each in draft.fields if each.choices and said <= set(each.choices)]
    those = ", ".join(sorted(said))
    refuse(len(held) != 1, f"{len(held)} fields have the choices {those}; one is wanted", goes)
    given = held[0].optional or held[0].default is not None
    refuse(given, "the field of the states is neither optional nor has it a default", goes)
    initial, *others = held[0].choices
    lost = ", ".join(sorted(set(others) - _reached(initial, moves)))
    refuse(lost, f"no way leads from {initial}, the first, to {lost}", goes)
    return States(held[0].name, initial, tuple(moves))


def _reached(initial: str, moves: Iterable[tuple[str, str]]) -> set[str]:
    found, grown = {initial}, {initial}
    while grown:
        grown = {new for old, new in moves if old in grown} - found
        found |= grown
    return found


def _fields_of(
    form: str, parts: dict[str, Part], draft: _Draft, parent: str | None = None
) -> tuple[str, ...]:
    """What a list is filtered by, searched in or sorted by: fields, or the key of the parent."""
    found: list[str] = []
    for key in parts[form].children if form in parts else ():
        noun = key if key.data == "name" else key.children[0]
        if noun.text == parent:
            own = any(each.name == names.identifier(noun.text) for each in draft.fields)
            refuse(own, "it is both a field and what it belongs to", noun)
            name = f"{names.identifier(noun.text)}_id"
        else:
            name = _usable(form, draft.field(noun), noun)
        refuse(name in found, "a field is named twice", noun)
        found.append(name)
    refuse(found and "list" not in parts, f"what is not listed cannot be {form}", parts.get(form))
    return tuple(found)


def _usable(form: str, one: Field, noun: Part) -> str:
    fits = one.kind != "list of text" and (form != "sorted" or one.kind != "yes or no")
    refuse(not fits, f"that is not possible with {one.kind}", noun)
    own = form == "filtered" and one.name in _QUERY
    refuse(own, f"a list has a parameter {one.name!r} of its own", noun)
    fixed = form == "searched" and (one.kind != "text" or one.choices)
    refuse(fixed, "only a text can be searched", noun)
    refuse(form == "sorted" and one.optional, "what is optional gives no order", noun)
    return one.name
