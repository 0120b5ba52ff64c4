"""From the sentences about resources to their specification; contradictions are named."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from assistant import english
from assistant.providers.offline import names
from assistant.providers.offline.fields import read_fields
from assistant.providers.offline.parse import Part, refuse
from assistant.providers.offline.spec import Field, Listing, Resource, Specification, States

_LARGEST_PAGE = 1000
_PATHS = ("docs", "health", "redoc", "openapi")
_QUERY = ("limit", "offset", "search")
_OPERATIONS = ("create", "fetch", "list", "change", "delete")


def read_resources(sentences: list[Part]) -> Specification:
    """The resources of sentences about them; raises Refused for a contradiction, or a gap."""
    said: dict[str, dict[str, Part]] = {}  # by the name of what they are about, and their form
    for has in (each for each in sentences if each.data == "has"):
        said[_new_name(has.children[0], said)] = {"has": has}
    refuse(not said, "no sentence says what one of them has", sentences[0])
    for sentence in (each for each in sentences if each.data not in ("has", "opening")):
        one = sentence.children[0]
        name = _described(one, said) if one.data == "one" else _listed(one, said)
        twice = f"another sentence says this of the {name}; one says all of it"
        refuse(sentence.data in said[name], twice, sentence)
        said[name][sentence.data] = sentence
    openings = [each for each in sentences if each.data == "opening"]
    for opening in openings:
        refuse(opening is not openings[0], "there are two openings", opening)
        named = [_listed(noun, said) for noun in opening.children]
        refuse(len(set(named)) < len(named), "it names one of them twice", opening)
        missing = ", ".join(english.plural(name) for name in said if name not in named)
        refuse(missing, f"it names no {missing}, which are described", opening)
    resources: list[Resource] = []
    assumed: list[str] = []
    seen = set(names.RESERVED_CLASSES)
    for name, about in said.items():
        resource = _resource(name, about, list(said), assumed)
        resources.append(resource)
        own = names.camel(resource.singular)
        classes = [own, f"New{own}", f"{own}Query", f"{own}Row", f"{own}Move"]
        for each in (resource.singular, resource.plural, *classes):
            refuse(each in seen, f"two things would be called {each!r}", about["has"])
            seen.add(each)
    return Specification(tuple(resources), assumptions=tuple(assumed))


def _new_name(one: Part, known: Iterable[str]) -> str:
    article, noun = one.children
    name = noun.text
    names.check_name(noun)
    names.check_article(article, noun)
    single = english.singular(name)
    refuse(english.is_plural(name), f"{name!r} is a plural; one of them is described", noun, single)
    refuse(name in known, "what it has is said twice", noun)
    many = english.plural(name)
    refuse(many in _PATHS, f"the service has a path {many!r} of its own", noun)
    return name


def _described(one: Part, known: Iterable[str]) -> str:
    article, noun = one.children
    names.check_article(article, noun)
    refuse_unknown(noun, known, "no sentence says what it has; described")
    return noun.text


def _listed(noun: Part, known: Iterable[str]) -> str:
    plurals = {english.plural(name): name for name in known}
    refuse(noun.text in known, "the plural is wanted", noun, english.plural(noun.text))
    refuse_unknown(noun, plurals, "no sentence says what they have; described")
    return plurals[noun.text]


def refuse_unknown(noun: Part, known: Iterable[str], why: str) -> None:
    """Refuse a name that is none of those that are known."""
    near = difflib.get_close_matches(noun.text, known, 1)
    refuse(noun.text not in known, f"{why}: {', '.join(known)}", noun, next(iter(near), None))


def _resource(name: str, said: dict[str, Part], known: list[str], assumed: list[str]) -> Resource:
    many, has = english.plural(name), said["has"]
    fields = read_fields(has.children[1], name, assumed)
    more = f"{has.sentence}. {many.capitalize()} can be created"
    refuse("can" not in said, f"no sentence says what can be done with {many}", has, more)
    parent = ""
    if "belongs" in said:
        parent = _parent(name, fields, said["belongs"].children[1], known)
    listed = said["can"].children[1]
    parts = {part.data: part for part in listed.children}
    refuse(len(parts) < len(listed.children), "something is said twice", listed)
    more = f"created{', ' if len(parts) > 1 else ' and '}{listed.text}"
    refuse("create" not in parts, f"nobody creates {many}: 'created' is missing", listed, more)
    resource = Resource(
        singular=names.identifier(name),
        plural=names.identifier(many),
        fields=fields,
        parent=names.identifier(parent) or None,
        operations=tuple(each for each in _OPERATIONS if each in parts),
        listing=_listing(name, fields, parent, parts),
        states=_states(said["goes"], fields) if "goes" in said else None,
    )
    changed = parts.get("change")
    refuse(changed and not resource.given, "nothing in it can be changed", changed)
    if "list" in parts and not parts["list"].children:
        assumed.append(f"{many.capitalize()} are listed in pages of {Listing().page_size}.")
    return resource


def _parent(name: str, fields: tuple[Field, ...], one: Part, known: list[str]) -> str:
    parent = _described(one, known)
    key = f"{names.identifier(parent)}_id"
    refuse(parent == name, "it cannot belong to itself", one)
    later = known.index(parent) > known.index(name)
    refuse(later, f"what the {name} belongs to is described before it", one)
    taken = any(each.name == key for each in fields)
    refuse(taken, f"the key of the {parent} and a field are both called {key!r}", one)
    return parent


def _states(goes: Part, fields: tuple[Field, ...]) -> States:
    """The states, which are the choices of a field; it starts with the first of them."""
    moves: list[tuple[str, str]] = []
    for move in goes.children[1].children:
        old, new = (choice.text.strip('"') for choice in move.children)
        refuse(old == new, "it goes nowhere", move)
        refuse((old, new) in moves, "it is said twice", move)
        moves.append((old, new))
    said = {state for move in moves for state in move}
    held = [each for each in fields if each.choices and said <= set(each.choices)]
    those = ", ".join(sorted(said))
    refuse(len(held) != 1, f"{len(held)} fields have the choices {those}; one is wanted", goes)
    given = held[0].optional or held[0].default is not None
    initial, *others = held[0].choices
    starts = f"{held[0].name!r} starts as {initial}; it has no default and is not optional"
    refuse(given, starts, goes)
    reached = {initial}
    for _ in moves:
        reached |= {new for old, new in moves if old in reached}
    lost = ", ".join(sorted(set(others) - reached))
    refuse(lost, f"no way leads from {initial}, the first, to {lost}", goes)
    return States(held[0].name, initial, tuple(moves))


def _listing(
    name: str, fields: tuple[Field, ...], parent: str, parts: dict[str, Part]
) -> Listing | None:
    """What a list is filtered by, searched in and sorted by: fields, or the key of the parent."""
    known = {each.name.replace("_", "-"): each for each in fields}
    found: dict[str, list[str]] = {"filtered": [], "searched": [], "sorted": []}
    for form, used in found.items():
        for key in parts[form].children if form in parts else ():
            noun = key if key.data == "name" else key.children[0]
            if noun.text == parent and form == "filtered":
                refuse(noun.text in known, "it is both a field and what it belongs to", noun)
                column = f"{names.identifier(parent)}_id"
            else:
                refuse_unknown(noun, known, f"the fields of the {name} are")
                column = _usable(form, known[noun.text], noun)
            refuse(column in used, "a field is named twice", noun)
            used.append(column)
        lost = form in parts and "list" not in parts
        refuse(lost, f"what is not listed cannot be {form}", parts.get(form))
    if "list" not in parts:
        return None
    pages = parts["list"].children
    digits = pages[0].text if pages else str(Listing().page_size)
    size = int(digits) if digits.isdecimal() else 0
    fit = 0 < size <= _LARGEST_PAGE
    refuse(not fit, f"from 1 to {_LARGEST_PAGE} are on a page", parts["list"])
    keys = parts["sorted"].children if "sorted" in parts else ()
    down = [key.data == "descending" for key in keys]
    sorts = tuple(zip(found["sorted"], down, strict=True))
    return Listing(tuple(found["filtered"]), tuple(found["searched"]), sorts, size)


def _usable(form: str, one: Field, noun: Part) -> str:
    refuse(one.kind == "list of text", f"that is not possible with {one.kind}", noun)
    own = form == "filtered" and one.name in _QUERY
    refuse(own, f"a list has a parameter {one.name!r} of its own", noun)
    fixed = form == "searched" and (one.kind != "text" or one.choices)
    refuse(fixed, "only a text can be searched", noun)
    unordered = one.optional or one.choices or one.kind == "yes or no"
    refuse(form == "sorted" and unordered, "what is optional, or chosen, has no order", noun)
    return one.name
