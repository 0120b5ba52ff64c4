"""From the sentences about resources to their specification; contradictions are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.providers.offline import names
from assistant.providers.offline.fields import choice_text, read_fields, whole
from assistant.providers.offline.generate import RESERVED_CLASSES
from assistant.providers.offline.parse import Part, Refused, refuse
from assistant.providers.offline.spec import Field, Listing, Resource, Specification, States
from assistant.providers.offline.terms import class_names

_MOST_RESOURCES = 10
_LARGEST_PAGE = 1000
_PATHS = ("docs", "health", "redoc", "openapi")
_QUERY = ("limit", "offset", "search")


@dataclass(slots=True)
class _Draft:
    """One resource while it is read: its fields, and its other sentences by their form."""

    name: str
    at: Part
    fields: tuple[Field, ...] = ()
    parent: str | None = None
    said: dict[str, Part] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """``An order``."""
        return f"{(names.fault_of_article('a', self.name) or 'a').capitalize()} {self.name}"

    def field(self, noun: Part) -> Field:
        """The field that a part names."""
        known = {each.name: each for each in self.fields}
        name = names.identifier(noun.text)
        has = ", ".join(known).replace("_", " ")
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
            draft = _declared(sentence, drafts)
            draft.fields = read_fields(sentence.children[1], draft.name, assumed)
    refuse(not drafts, "no sentence says what one of them has", sentences[0])
    opened = False
    for sentence in sentences:
        if sentence.data == "opening":
            refuse(opened, "there are two openings", sentence)
            _check_opening(sentence, drafts)
            opened = True
        elif sentence.data != "has":
            one = sentence.find("one")
            draft = _described(one, drafts) if one else _listed(sentence.children[0], drafts)
            refuse(sentence.data in draft.said, "it is said twice", sentence)
            draft.said[sentence.data] = sentence
    resources = tuple(_resource(draft, drafts, assumed) for draft in drafts.values())
    _check_names(resources, list(drafts.values()))
    return Specification(resources, assumptions=tuple(assumed))


def _declared(sentence: Part, drafts: dict[str, _Draft]) -> _Draft:
    article, noun = sentence.children[0].children
    name = noun.text
    if fault := names.fault_of_name(name):
        raise Refused(fault, noun)
    _check_article(article, noun)
    refuse(names.is_plural(name), f"{name!r} is a plural; one of them is described", noun)
    refuse(name in drafts, "what it has is said twice", noun)
    taken = names.identifier(names.plural(name)) in _PATHS
    refuse(taken, f"the service has a path {names.plural(name)!r} of its own", noun)
    refuse(len(drafts) == _MOST_RESOURCES, f"there are at most {_MOST_RESOURCES} resources", noun)
    drafts[name] = _Draft(name, sentence)
    return drafts[name]


def _check_article(article: Part, noun: Part) -> None:
    right = names.fault_of_article(article.text, noun.text)
    refuse(right, f"{right!r} is wanted before {noun.text!r}", article, right)


def _described(one: Part, drafts: dict[str, _Draft]) -> _Draft:
    article, noun = one.children
    _check_article(article, noun)
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
    named: list[str] = []
    for noun in opening.children:
        name = _listed(noun, drafts).name
        refuse(name in named, f"{noun.text!r} are named twice", noun)
        named.append(name)
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
    )
    return _operations(_with_states(plain, draft, assumed), draft, assumed)


def _parent(draft: _Draft, one: Part, drafts: dict[str, _Draft]) -> str:
    parent = _described(one, drafts)
    key = f"{names.identifier(parent.name)}_id"
    order = list(drafts).index(parent.name) < list(drafts).index(draft.name)
    refuse(parent is draft, "it cannot belong to itself", one)
    refuse(not order, f"{draft.named} belongs to it, so it is described first", one)
    taken = any(each.name == key for each in draft.fields)
    refuse(taken, f"the key of the {parent.name} and a field are both called {key!r}", one)
    return parent.name


def _with_states(plain: Resource, draft: _Draft, assumed: list[str]) -> Resource:
    """With the states, and the field of the states without its default."""
    goes, starts = draft.said.get("goes"), draft.said.get("starts")
    if goes is None:
        refuse(starts, "no sentence says where it goes from there", starts)
        return plain
    held = _held(goes, draft)
    moves: list[tuple[str, str]] = []
    for move in goes.children[-1].children:
        old, new = (_choice(each, held) for each in move.children)
        refuse(old == new, "it goes nowhere", move)
        refuse((old, new) in moves, "it is said twice", move)
        moves.append((old, new))
    able = [each for each in held.choices if _reached(each, moves) == set(held.choices)]
    initial = str(held.default or "") or (able[0] if len(able) == 1 else "")
    if starts:
        initial = _choice(starts.children[1], held)
        refuse(held.default not in (None, initial), f"the default is {held.default}", starts)
    refuse(not initial, f"say how it starts: '{draft.named} starts as …'", goes)
    refuse(initial not in able, f"no way leads from {initial} to some of the others", goes)
    if not starts and held.default is None:
        why = "from no other state can all the rest be reached"
        assumed.append(f"{draft.named} starts as {initial}: {why}.")
    stateless = replace(held, default=None)
    return replace(
        plain,
        fields=tuple(stateless if each is held else each for each in plain.fields),
        states=States(held.name, initial, tuple(moves)),
    )


def _held(goes: Part, draft: _Draft) -> Field:
    """The field that holds the states."""
    noun = goes.find("name")
    able = [each for each in draft.fields if each.choices]
    article = goes.children[-2].children[0]
    repair = f"the {able[0].name.replace('_', ' ')} of {article.text}" if able else None
    count = f"{draft.named} has {len(able)} fields with choices; say which"
    refuse(noun is None and len(able) != 1, count, article, repair)
    held = draft.field(noun) if noun else able[0]
    refuse(not held.choices or held.optional, "it has no choices, or is optional", noun or goes)
    return held


def _choice(part: Part, held: Field) -> str:
    found = choice_text(part)
    refuse(found not in held.choices, f"{found!r} is none of {', '.join(held.choices)}", part)
    return found


def _reached(initial: str, moves: Iterable[tuple[str, str]]) -> set[str]:
    found, grown = {initial}, {initial}
    while grown:
        grown = {new for old, new in moves if old in grown} - found
        found |= grown
    return found


def _operations(plain: Resource, draft: _Draft, assumed: list[str]) -> Resource:
    listed = draft.said["can"].children[1]
    parts: dict[str, Part] = {}
    for part in listed.children:
        refuse(part.data in parts, "it is said twice", part)
        parts[part.data] = part
    many = names.plural(draft.name)
    refuse("create" not in parts, f"nobody creates {many}: 'created' is missing", listed)
    fixed = "change" in parts and not plain.given
    refuse(fixed, "nothing in it can be changed", parts.get("change"))
    listing = None
    if "list" in parts:
        pages = parts["list"].children
        sorts = parts["sorted"].children if "sorted" in parts else ()
        descending = (key.data == "descending" for key in sorts)
        listing = Listing(
            filters=_named("filtered", parts, draft),
            searches=_named("searched", parts, draft),
            sorts=tuple(zip(_named("sorted", parts, draft), descending, strict=True)),
            page_size=whole(pages[0], 1, _LARGEST_PAGE) if pages else Listing().page_size,
        )
        if not pages:
            assumed.append(f"{many.capitalize()} are listed in pages of {listing.page_size}.")
    for form in ("filtered", "searched", "sorted"):
        unlisted = form in parts and not listing
        refuse(unlisted, f"what is not listed cannot be {form}", parts.get(form))
    done = ("create", "fetch", "list", "change", "delete")
    return replace(plain, operations=tuple(each for each in done if each in parts), listing=listing)


def _named(form: str, parts: dict[str, Part], draft: _Draft) -> tuple[str, ...]:
    """What a list is filtered by, searched in or sorted by: fields, or the key of the parent."""
    found: list[str] = []
    for part in parts[form].children if form in parts else ():
        noun = part if part.data == "name" else part.children[0]
        own = any(each.name == names.identifier(noun.text) for each in draft.fields)
        if form == "filtered" and noun.text == draft.parent:
            refuse(own, "it is both a field and what it belongs to", noun)
            name = f"{names.identifier(noun.text)}_id"
        else:
            name = _usable(form, draft.field(noun), noun)
        refuse(name in found, "a field is named twice", noun)
        found.append(name)
    return tuple(found)


def _usable(form: str, one: Field, noun: Part) -> str:
    refuse(one.secret, "a secret is never given back, not even by a list", noun)
    fits = one.kind != "list of text" and (form != "sorted" or one.kind != "yes or no")
    refuse(not fits, f"that is not possible with {one.kind}", noun)
    own = form == "filtered" and one.name in _QUERY
    refuse(own, f"a list has a parameter {one.name!r} of its own", noun)
    fixed = form == "searched" and (one.kind != "text" or one.choices)
    refuse(fixed, "only a text can be searched", noun)
    refuse(form == "sorted" and one.optional, "what is optional gives no order", noun)
    return one.name


def _check_names(resources: tuple[Resource, ...], drafts: list[_Draft]) -> None:
    """Refuse names of classes and of tables that two things would share."""
    seen = set(RESERVED_CLASSES)
    for resource, draft in zip(resources, drafts, strict=True):
        for name in [resource.singular, resource.plural, *class_names(resource)]:
            refuse(name in seen, f"two things would be called {name!r}", draft.at)
            seen.add(name)
