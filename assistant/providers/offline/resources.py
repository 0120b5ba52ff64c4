"""From the sentences about resources to their specification; contradictions are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from assistant.providers.offline import fields, names
from assistant.providers.offline.generate import RESERVED_CLASSES, class_names
from assistant.providers.offline.parse import Part, Refused, Sentence
from assistant.providers.offline.spec import (
    OPERATIONS,
    Field,
    Listing,
    Operation,
    Resource,
    Specification,
    States,
)

_MOST_RESOURCES = 10
_LARGEST_PAGE = 1000
_PATHS = frozenset({"docs", "health", "redoc", "openapi"})
_QUERY = frozenset({"limit", "offset", "search"})


@dataclass(slots=True)
class _Draft:
    """What has been read of one resource, and where."""

    name: str
    at: Sentence
    fields: tuple[Field, ...]
    parent: tuple[str, Sentence, Part] | None = None
    operations: tuple[Part, Sentence] | None = None
    moves: list[tuple[str, Part, Sentence]] = field(default_factory=list)
    start: tuple[str, Part, Sentence] | None = None


def read_resources(sentences: list[Sentence]) -> Specification:
    """The specification of sentences that are all about resources.

    Raises:
        Refused: a sentence contradicts itself or another one, or one is missing.
    """
    reader = _Reader()
    for form in ("has", "belongs", "goes", "field_goes", "starts", "can", "opening"):
        for sentence in sentences:
            if sentence.tree.data == form:
                try:
                    getattr(reader, form)(sentence)
                except Refused as refused:
                    refused.sentence = refused.sentence or sentence.text
                    raise
    return reader.specification()


class _Reader:
    def __init__(self) -> None:
        self._drafts: dict[str, _Draft] = {}
        self._assumed: list[str] = []
        self._opened = False

    def has(self, sentence: Sentence) -> None:
        article, noun, listed = sentence.tree.children
        name = _declared(article, noun)
        if name in self._drafts:
            raise Refused(f"what {_with_article(name)} has is said twice", noun)
        if names.identifier(names.plural(name)) in _PATHS:
            raise Refused(f"{names.plural(name)!r} is taken: the service has such a path", noun)
        if len(self._drafts) == _MOST_RESOURCES:
            raise Refused(f"there are at most {_MOST_RESOURCES} resources", noun)
        found = fields.read_fields(listed, name, self._assumed)
        self._drafts[name] = _Draft(name, sentence, found)

    def belongs(self, sentence: Sentence) -> None:
        article, noun, parent_article, parent_noun = sentence.tree.children
        draft = self._draft(article, noun)
        parent = self._draft(parent_article, parent_noun)
        if draft.parent:
            raise Refused(f"what {_with_article(draft.name)} belongs to is said twice", noun)
        if parent is draft:
            raise Refused("it cannot belong to itself", parent_noun)
        key = f"{names.identifier(parent.name)}_id"
        if any(each.name == key for each in draft.fields):
            raise Refused(f"the key of the {parent.name} and a field are both called {key!r}", noun)
        draft.parent = parent.name, sentence, parent_noun

    def goes(self, sentence: Sentence) -> None:
        article, noun, moves = sentence.tree.children
        draft = self._draft(article, noun)
        several = [each.name for each in draft.fields if each.choices]
        if len(several) != 1:
            why = "no field with choices" if not several else f"{len(several)} fields with choices"
            name = several[0].replace("_", " ") if several else "status"
            raise Refused(
                f"{_with_article(draft.name)} has {why}; say which",
                article,
                f"the {name} of {article.data}" if several else None,
            )
        draft.moves.append((several[0], moves, sentence))

    def field_goes(self, sentence: Sentence) -> None:
        named, article, noun, moves = sentence.tree.children
        draft = self._draft(article, noun)
        draft.moves.append((_field(draft, named).name, moves, sentence))

    def starts(self, sentence: Sentence) -> None:
        article, noun, choice = sentence.tree.children
        draft = self._draft(article, noun)
        if draft.start:
            raise Refused("how it starts is said twice", noun)
        draft.start = fields.choice_text(choice), choice, sentence

    def can(self, sentence: Sentence) -> None:
        noun, operations = sentence.tree.children
        draft = self._of_plural(noun)
        if draft.operations:
            raise Refused(f"what can be done with {noun.text} is said twice", noun)
        draft.operations = operations, sentence

    def opening(self, sentence: Sentence) -> None:
        if self._opened:
            raise Refused("there are two openings")
        self._opened = True
        nouns = sentence.tree.children[0].children
        named = [self._of_plural(noun).name for noun in nouns]
        for noun, name in zip(nouns, named, strict=True):
            if named.count(name) > 1:
                raise Refused(f"{noun.text!r} are named twice", noun)
        for name in self._drafts:
            if name not in named:
                raise Refused(
                    f"it names no {names.plural(name)}, which are described", sentence.tree
                )

    def specification(self) -> Specification:
        drafts = list(self._in_order())
        resources = tuple(map(self._resource, drafts))
        _check_classes(resources, drafts)
        return Specification(resources=resources, assumptions=tuple(self._assumed))

    def _draft(self, article: Part, noun: Part) -> _Draft:
        _check_article(article, noun)
        name = noun.text
        if name in self._drafts:
            return self._drafts[name]
        known = ", ".join(self._drafts) or "none"
        raise Refused(f"no sentence says what {_with_article(name)} has; described: {known}", noun)

    def _of_plural(self, noun: Part) -> _Draft:
        called = noun.text
        for draft in self._drafts.values():
            if names.plural(draft.name) == called:
                return draft
        for draft in self._drafts.values():
            if draft.name == called:
                raise Refused("the plural is wanted", noun, names.plural(called))
        known = ", ".join(map(names.plural, self._drafts)) or "nothing"
        raise Refused(f"no sentence says what {called!r} have; described: {known}", noun)

    def _in_order(self) -> Iterator[_Draft]:
        """Parents before their children, otherwise as written."""
        done: set[str] = set()
        while len(done) < len(self._drafts):
            ready = [
                draft
                for name, draft in self._drafts.items()
                if name not in done and (not draft.parent or draft.parent[0] in done)
            ]
            if not ready:
                name, sentence, at = next(
                    draft.parent
                    for draft in self._drafts.values()
                    if draft.parent and draft.name not in done
                )
                raise sentence.refused(f"the {name} belongs to it as well, in a circle", at)
            done.add(ready[0].name)
            yield ready[0]

    def _resource(self, draft: _Draft) -> Resource:
        if draft.operations is None:
            raise draft.at.refused(
                f"no sentence says what can be done with {names.plural(draft.name)}"
            )
        tree, sentence = draft.operations
        plain = Resource(
            singular=names.identifier(draft.name),
            plural=names.identifier(names.plural(draft.name)),
            fields=draft.fields,
            parent=names.identifier(draft.parent[0]) if draft.parent else None,
        )
        with_states = _states(draft, plain, self._assumed)
        try:
            return _operations(tree, with_states, draft, self._assumed)
        except Refused as refused:
            refused.sentence = refused.sentence or sentence.text
            raise


def _with_article(name: str) -> str:
    return f"{names.fault_of_article('a', name) or 'a'} {name}"


def _check_article(article: Part, noun: Part) -> None:
    if right := names.fault_of_article(article.data, noun.text):
        raise Refused(f"{right!r} is wanted before {noun.text!r}", article, right)


def _declared(article: Part, noun: Part) -> str:
    name = noun.text
    if fault := names.fault_of_name(name):
        raise Refused(fault, noun)
    _check_article(article, noun)
    if names.is_plural(name):
        raise Refused(f"{name!r} is a plural; one of them is described", noun)
    return name


def _field(draft: _Draft, noun: Part) -> Field:
    name = names.identifier(noun.text)
    for each in draft.fields:
        if each.name == name:
            return each
    known = ", ".join(each.name.replace("_", " ") for each in draft.fields)
    raise Refused(f"{_with_article(draft.name)} has no {noun.text}; it has: {known}", noun)


def _states(draft: _Draft, resource: Resource, assumed: list[str]) -> Resource:
    """With the states, and the field of the states without its default."""
    if not draft.moves:
        if draft.start:
            raise draft.start[2].refused(
                "no sentence says where it goes from there", draft.start[1]
            )
        return resource
    name, tree, sentence = draft.moves[0]
    if len(draft.moves) > 1:
        raise draft.moves[1][2].refused("where it goes is said twice")
    found = resource.field(name)
    if not found.choices:
        raise sentence.refused(f"the {name.replace('_', ' ')} has no choices")
    if found.optional:
        raise sentence.refused(f"the {name.replace('_', ' ')} is optional and cannot hold states")
    moves: list[tuple[str, str]] = []
    for move in tree.children:
        pair = tuple(map(fields.choice_text, move.children))
        for choice, at in zip(pair, move.children, strict=True):
            if choice not in found.choices:
                raise sentence.refused(f"{choice!r} is none of {', '.join(found.choices)}", at)
        if pair[0] == pair[1] or pair in moves:
            raise sentence.refused(
                "it goes nowhere" if pair[0] == pair[1] else "it is said twice", move
            )
        moves.append((pair[0], pair[1]))
    initial = _initial(draft, found, moves, sentence, assumed)
    unreached = [each for each in found.choices if each not in _reached(initial, moves)]
    if unreached:
        raise sentence.refused(f"no way leads from {initial} to {', '.join(unreached)}")
    plain = replace(found, default=None)
    return replace(
        resource,
        fields=tuple(plain if each is found else each for each in resource.fields),
        states=States(name, initial, tuple(moves)),
    )


def _initial(
    draft: _Draft,
    found: Field,
    moves: list[tuple[str, str]],
    sentence: Sentence,
    assumed: list[str],
) -> str:
    if draft.start:
        said, at, where = draft.start
        if said not in found.choices:
            raise where.refused(f"{said!r} is none of {', '.join(found.choices)}", at)
        if found.default not in (None, said):
            raise where.refused(f"the default is {found.default}", at)
        return said
    if found.default is not None:
        return str(found.default)
    able = [each for each in found.choices if _reached(each, moves) == set(found.choices)]
    if len(able) != 1:
        raise sentence.refused(
            f"say how it starts: '{_with_article(draft.name).capitalize()} starts as …'"
        )
    assumed.append(
        f"{_with_article(draft.name).capitalize()} starts as {able[0]}: "
        "from no other state can all the rest be reached."
    )
    return able[0]


def _reached(initial: str, moves: Iterable[tuple[str, str]]) -> set[str]:
    found, grown = {initial}, {initial}
    while grown:
        grown = {to for start, to in moves if start in grown} - found
        found |= grown
    return found


def _operations(tree: Part, resource: Resource, draft: _Draft, assumed: list[str]) -> Resource:
    done: set[Operation] = set()
    parts: dict[str, Part] = {}
    for part in tree.children:
        name = "list" if part.data == "list_pages" else part.data
        if name in parts:
            raise Refused("it is said twice", part)
        parts[name] = part
        if name in OPERATIONS:
            done.add(name)
    for name in ("filtered", "searched", "sorted"):
        if name in parts and "list" not in done:
            raise Refused("what is not listed cannot be " + name, parts[name])
    if "create" not in done:
        raise Refused(f"nobody creates {names.plural(draft.name)}: 'created' is missing", tree)
    if "change" in done and not resource.given:
        raise Refused("nothing in it can be changed", parts["change"])
    ordered = tuple(each for each in OPERATIONS if each in done)
    listing = _listing(parts, resource, draft) if "list" in done else None
    if listing and parts["list"].data == "list":
        assumed.append(
            f"{names.plural(draft.name).capitalize()} are listed in pages of {listing.page_size}."
        )
    return replace(resource, operations=ordered, listing=listing)


def _listing(parts: dict[str, Part], resource: Resource, draft: _Draft) -> Listing:
    size = Listing().page_size
    if parts["list"].data == "list_pages":
        size = fields.whole(parts["list"].children[0], 1, _LARGEST_PAGE)
    filters = tuple(
        _filter(noun, resource, draft)
        for noun in (parts["filtered"].children[0].children if "filtered" in parts else ())
    )
    searches = tuple(
        _search(noun, draft) for noun in (parts["searched"].children if "searched" in parts else ())
    )
    sorts = tuple(
        (_sort(key.children[0], draft), key.data == "descending")
        for key in (parts["sorted"].children if "sorted" in parts else ())
    )
    for part, found in (
        ("filtered", filters),
        ("searched", searches),
        ("sorted", [name for name, _ in sorts]),
    ):
        if len(set(found)) < len(found):
            raise Refused("a field is named twice", parts[part])
    return Listing(filters, searches, sorts, size)


def _filter(noun: Part, resource: Resource, draft: _Draft) -> str:
    parent = draft.parent[0] if draft.parent else None
    own = {each.name for each in draft.fields}
    if noun.text == parent:
        if names.identifier(parent) in own:
            raise Refused("it is both a field and what it belongs to", noun)
        return str(resource.parent_key)
    found = _usable(noun, draft, ("list of text",))
    if found.name in _QUERY:
        raise Refused(f"a list has a parameter {found.name!r} of its own", noun)
    return found.name


def _search(noun: Part, draft: _Draft) -> str:
    found = _usable(noun, draft, ())
    if found.kind != "text" or found.choices:
        raise Refused("only a text can be searched", noun)
    return found.name


def _sort(noun: Part, draft: _Draft) -> str:
    found = _usable(noun, draft, ("list of text", "yes or no"))
    if found.optional:
        raise Refused("what is optional gives no order", noun)
    return found.name


def _usable(noun: Part, draft: _Draft, not_of: tuple[str, ...]) -> Field:
    found = _field(draft, noun)
    if found.secret:
        raise Refused("a secret is never given back, not even by a list", noun)
    if found.kind in not_of:
        raise Refused(f"that is not possible with {found.kind}", noun)
    return found


def _check_classes(resources: tuple[Resource, ...], drafts: list[_Draft]) -> None:
    """Names of classes and of paths that two things would share."""
    seen: dict[str, str] = dict.fromkeys(RESERVED_CLASSES, "the code that is written")
    paths = {resource.plural: "" for resource in resources}
    for resource, draft in zip(resources, drafts, strict=True):
        if resource.singular in paths or len(paths) < len(resources):
            raise draft.at.refused(f"{draft.name!r} is the plural of another resource as well")
        for name in class_names([resource]):
            if name in seen:
                raise draft.at.refused(f"{name!r} would be a class of it and of {seen[name]}")
            seen[name] = f"the {draft.name}"
