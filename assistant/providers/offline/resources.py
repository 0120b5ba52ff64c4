"""From the sentences about resources to their specification; contradictions are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.providers.offline import names
from assistant.providers.offline.fields import choice_text, read_fields, whole
from assistant.providers.offline.generate import RESERVED_CLASSES
from assistant.providers.offline.parse import Part, refuse
from assistant.providers.offline.spec import Field, Listing, Resource, Specification, States
from assistant.providers.offline.terms import class_names

_MOST_RESOURCES = 10
_LARGEST_PAGE = 1000
_PATHS = ("docs", "health", "redoc", "openapi")
_QUERY = ("limit", "offset", "search")
_OPERATIONS = ("create", "fetch", "list", "change", "delete")
_MODIFIERS = ("filtered", "searched", "sorted")


@dataclass(slots=True)
class _Draft:
    """One resource while it is read: its fields, and its other sentences by their form."""

    name: str
    at: Part
    fields: tuple[Field, ...]
    parent: str | None = None
    said: dict[str, Part] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """``An order``."""
        return f"{(names.fault_of_article('a', self.name) or 'a').capitalize()} {self.name}"

    def field(self, noun: Part) -> Field:
        """The field that a part names."""
        known = {each.name: each for each in self.fields}
        has = ", ".join(known).replace("_", "-")
        name = names.identifier(noun.text)
        refuse(name not in known, f"{self.named} has no {noun.text}; it has: {has}", noun)
        return known[name]


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
            drafts[name] = _Draft(name, sentence, read_fields(sentence.children[1], name, assumed))
    refuse(not drafts, "no sentence says what one of them has", sentences[0])
    openings = [each for each in sentences if each.data == "opening"]
    refuse(openings[1:], "there are two openings", openings[-1] if openings else None)
    for opening in openings:
        _check_opening(opening, drafts)
    for sentence in sentences:
        if sentence.data not in ("has", "opening"):
            one = sentence.find("one")
            draft = _described(one, drafts) if one else _listed(sentence.children[0], drafts)
            refuse(sentence.data in draft.said, "it is said twice", sentence)
            draft.said[sentence.data] = sentence
    resources = tuple(_resource(draft, drafts, assumed) for draft in drafts.values())
    _check_classes(resources, list(drafts.values()))
    return Specification(resources, assumptions=tuple(assumed))


def _new_name(one: Part, drafts: dict[str, _Draft]) -> str:
    article, noun = one.children
    name = noun.text
    names.check_name(noun)
    names.check_article(article, noun)
    refuse(names.is_plural(name), f"{name!r} is a plural; one of them is described", noun)
    refuse(name in drafts, "what it has is said twice", noun)
    taken = names.identifier(names.plural(name)) in _PATHS
    refuse(taken, f"the service has a path {names.plural(name)!r} of its own", noun)
    refuse(len(drafts) == _MOST_RESOURCES, f"there are at most {_MOST_RESOURCES} resources", noun)
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


def _check_opening(opening: Part, drafts: dict[str, _Draft]) -> None:
    named = [_listed(noun, drafts).name for noun in opening.children]
    refuse(len(set(named)) < len(named), "it names one of them twice", opening)
    missing = [names.plural(name) for name in drafts if name not in named]
    refuse(missing, f"it names no {', '.join(missing)}, which are described", opening)


def _resource(draft: _Draft, drafts: dict[str, _Draft], assumed: list[str]) -> Resource:
    many = names.plural(draft.name)
    refuse("can" not in draft.said, f"no sentence says what can be done with {many}", draft.at)
    if "belongs" in draft.said:
        draft.parent = _parent(draft, draft.said["belongs"].children[1], drafts)
    plain = Resource(
        singular=names.identifier(draft.name),
        plural=names.identifier(many),
        fields=draft.fields,
        parent=names.identifier(draft.parent) if draft.parent else None,
        states=_states(draft.said["goes"], draft) if "goes" in draft.said else None,
    )
    return _with_operations(plain, draft, assumed)


def _parent(draft: _Draft, one: Part, drafts: dict[str, _Draft]) -> str:
    parent = _described(one, drafts)
    key = f"{names.identifier(parent.name)}_id"
    order = list(drafts).index(parent.name) < list(drafts).index(draft.name)
    refuse(parent is draft, "it cannot belong to itself", one)
    refuse(not order, f"{draft.named} belongs to it, so it is described first", one)
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
    lost = set(others) - _reached(initial, moves)
    refuse(lost, f"no way leads from {initial}, the first, to {', '.join(sorted(lost))}", goes)
    return States(held[0].name, initial, tuple(moves))


def _reached(initial: str, moves: Iterable[tuple[str, str]]) -> set[str]:
    found, grown = {initial}, {initial}
    while grown:
        grown = {new for old, new in moves if old in grown} - found
        found |= grown
    return found


def _with_operations(plain: Resource, draft: _Draft, assumed: list[str]) -> Resource:
    listed = draft.said["can"].children[1]
    parts = {part.data: part for part in listed.children}
    many = names.plural(draft.name)
    refuse(len(parts) < len(listed.children), "something is said twice", listed)
    refuse("create" not in parts, f"nobody creates {many}: 'created' is missing", listed)
    fixed = "change" in parts and not plain.given
    refuse(fixed, "nothing in it can be changed", parts.get("change"))
    how = {form: _named(form, parts[form], draft) for form in _MODIFIERS if form in parts}
    listing = None
    if "list" in parts:
        pages = parts["list"].children
        size = whole(pages[0], 1, _LARGEST_PAGE) if pages else Listing().page_size
        assumed += [f"{many.capitalize()} are listed in pages of {size}."] * (not pages)
        keys = parts["sorted"].children if "sorted" in parts else ()
        downwards = [key.data == "descending" for key in keys]
        sorts = tuple(zip(how.get("sorted", ()), downwards, strict=True))
        listing = Listing(how.get("filtered", ()), how.get("searched", ()), sorts, size)
    for form in how:
        refuse(not listing, f"what is not listed cannot be {form}", parts[form])
    done = tuple(each for each in _OPERATIONS if each in parts)
    return replace(plain, operations=done, listing=listing)


def _named(form: str, part: Part, draft: _Draft) -> tuple[str, ...]:
    """What a list is filtered by, searched in or sorted by: fields, or the key of the parent."""
    found: list[str] = []
    for key in part.children:
        noun = key if key.data == "name" else key.children[0]
        if form == "filtered" and noun.text == draft.parent:
            own = any(each.name == names.identifier(noun.text) for each in draft.fields)
            refuse(own, "it is both a field and what it belongs to", noun)
            name = f"{names.identifier(noun.text)}_id"
        else:
            name = _usable(form, draft.field(noun), noun)
        refuse(name in found, "a field is named twice", noun)
        found.append(name)
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


def _check_classes(resources: tuple[Resource, ...], drafts: list[_Draft]) -> None:
    """Refuse names of classes and of tables that two things would share."""
    seen = set(RESERVED_CLASSES)
    for resource, draft in zip(resources, drafts, strict=True):
        for name in [resource.singular, resource.plural, *class_names(resource)]:
            refuse(name in seen, f"two things would be called {name!r}", draft.at)
            seen.add(name)
