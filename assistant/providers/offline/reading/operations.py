"""What can be done with a resource: ``created, listed by status and refunded once``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.providers.offline.reading.listing import (
    FILTER,
    PAGE,
    SEARCH,
    SORT,
    Modifier,
    about,
    read_modifiers,
)
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import participle, plural, verb_of
from assistant.providers.offline.spec import Operation


@dataclass(frozen=True, slots=True)
class Does:
    """One of the usual operations."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Changes:
    """A state change, with what was said after its verb."""

    verb: str
    done: str
    rest: str


Doing = Does | Changes | Modifier

_VERBS: dict[Operation, str] = {
    "create": "create add make post insert store save record enter",
    "get": "get fetch read view retrieve show see access inspect display",
    "list": "list browse enumerate",
    "update": "update change edit modify amend adjust correct alter patch replace revise",
    "delete": "delete remove destroy erase",
}
_NOUNS: dict[str, Operation] = {
    "creation": "create",
    "retrieval": "get",
    "lookup": "get",
    "deletion": "delete",
    "removal": "delete",
    "updates": "update",
    "modification": "update",
    "listing": "list",
    "look up": "get",
    "looked up": "get",
    "looking up": "get",
}


def _forms(verb: str) -> Iterator[str]:
    done = participle(verb)
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
    doubled = done[:-2] if done.endswith(verb[-1] + "ed") and len(done) > len(verb) + 2 else stem
    yield from (verb, done, plural(verb), stem + "ing", doubled + "ing")


_OPERATIONS: dict[str, Operation] = {
    form: operation
    for operation, verbs in _VERBS.items()
    for verb in verbs.split()
    for form in _forms(verb)
} | _NOUNS
_VERB = "|".join(sorted(map(re.escape, _OPERATIONS), key=len, reverse=True))

_CRUD = re.compile(
    r"(?:the )?(?:usual |full |complete |all |basic |standard |simple )*crud"
    r"(?: operations?| endpoints?| api| access| functionality| support)?",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*[,;]\s*(?:and |or |as well as |but |then |also )?|\s+(?:and|or|as well as|then)\s+(?:also |to )?",
    re.IGNORECASE,
)
_OBJECT = (
    r"(?:(?:an?|the|all|all the|single|one|new|existing|individual|any|every|each|specific|some|"
    r"their|its|it|them|ones?|this|that|own|details of)\b\s*)*(?:{nouns})?\s*"
)
_IDENTIFIED = re.compile(
    r"(?:by|with|using|via|through|given)(?: (?:an?|the|its|their))? (?:unique )?(?:ids?|identifiers?)|"
    r"individually|one by one|one at a time|at any time|again|permanently|in full|partially|"
    r"in part|(?:fully )?(?:or|and) partially|if they exist|details|in memory",
    re.IGNORECASE,
)


def read_doings(text: str, nouns: Sequence[str], fields: Sequence[str]) -> list[Doing]:
    """The operations of a list of verb phrases.

    Args:
        nouns: what the resource is called, singular and plural.
        fields: its fields as they are called.

    Raises:
        Unclear: says which words are not understood.
    """
    noun = "|".join(sorted(map(re.escape, nouns), key=len, reverse=True))
    doings: list[Doing] = []
    for phrase in _phrases(text, noun, fields):
        doings += _read(phrase, noun, fields)
    return doings


def _phrases(text: str, noun: str, fields: Sequence[str]) -> list[str]:
    """Splits at commas and conjunctions where a verb phrase starts."""
    phrases: list[str] = []
    start = 0
    cuts = [*_SPLIT.finditer(text), None]
    for cut in cuts:
        piece = text[start : cut.start() if cut else len(text)].strip()
        if piece and (not phrases or _starts(piece, noun)):
            phrases.append(piece)
        elif piece:
            joint = text[start - len(before) : start] if (before := _before(text, start)) else ", "
            phrases[-1] += joint + piece
        start = cut.end() if cut else start
    return phrases


def _before(text: str, start: int) -> str:
    """The separator that ends here."""
    for match in _SPLIT.finditer(text):
        if match.end() == start:
            return match.group()
    return ""


def _starts(piece: str, noun: str) -> bool:
    words = piece.lower().split()
    first = words[0] if words else ""
    return bool(
        re.match(rf"(?:to |be |also |optionally )?(?:{_VERB})\b", piece, re.IGNORECASE)
        or verb_of(first)
        or first
        in ("marked", "mark", "set", "be", "newest", "latest", "oldest", "paging", "pagination")
        or _CRUD.match(piece)
        or about(FILTER, noun).match(piece)
        or about(SEARCH, noun).match(piece)
        or about(SORT, noun).match(piece)
        or ((match := about(PAGE, noun).match(piece)) and match.end() > 4)
    )


def _read(phrase: str, noun: str, fields: Sequence[str]) -> list[Doing]:
    text = re.sub(r"^(?:to |be |also |then |optionally )+", "", phrase.strip(), flags=re.IGNORECASE)
    if (match := _CRUD.match(text)) and _object_only(text[match.end() :], noun):
        return [Does("create"), Does("get"), Does("list"), Does("update"), Does("delete")]
    modifiers = read_modifiers(text, noun, fields)
    if modifiers is not None:
        return [Does("list"), *modifiers]
    words = text.lower().split()
    if not words:
        raise Unclear(f"{phrase!r}")
    match = re.match(rf"({_VERB})\b\s*", text, re.IGNORECASE)
    verb = verb_of(words[0])
    if match and not (verb and _state_like(text, fields)):
        operation = _OPERATIONS[match[1].lower()]
        rest = about("^" + _OBJECT, noun).sub("", text[match.end() :])
        rest = _IDENTIFIED.sub("", rest).strip(" ,")
        if operation in ("get", "list") and re.match(
            r"(?:all|{n})".replace("{n}", noun), text[match.end() :], re.IGNORECASE
        ):
            operation = "list" if _many(text[match.end() :], noun) else operation
        if not rest:
            return [Does(operation)]
        modifiers = read_modifiers(rest, noun, fields)
        if modifiers is not None and operation in ("get", "list"):
            return [Does("list"), *modifiers]
        raise Unclear(f"{phrase.strip()[:80]!r}")
    if words[0] in ("marked", "mark", "set", "moved", "flagged", "switched", "turned"):
        marked = re.match(
            r"\w+ (?:(?:it|them|an?|the|\w+) )??(?:as |to (?:be )?|into )([\w-]+)\b\s*(.*)$", text
        )
        if marked:
            verb = verb_of(marked[1]) or {"done": "complete"}.get(marked[1].lower())
            if verb:
                return [Changes(verb, marked[1].lower(), marked[2].strip(" ,"))]
    if verb:
        rest = text[len(words[0]) :].strip(" ,")
        rest = about("^" + _OBJECT, noun).sub("", rest) if not words[0].endswith("ed") else rest
        done = (
            words[0]
            if words[0] not in (verb,) and not words[0].endswith("ing")
            else participle(verb)
        )
        return [Changes(verb, done, rest)]
    raise Unclear(f"{phrase.strip()[:80]!r}")


def _many(text: str, noun: str) -> bool:
    return bool(re.match(r"\s*(?:all\b|the list|lists?\b)", text, re.IGNORECASE)) or bool(
        re.match(rf"\s*(?:the )?(?:{noun})\b", text, re.IGNORECASE)
        and re.match(r"\s*(?:the )?[\w -]*s\b", text)
    )


def _state_like(text: str, fields: Sequence[str]) -> bool:
    """``read`` and ``posted`` are operations unless a field says that they are states."""
    return text.lower().split()[0] in {word.lower() for word in fields}


def _object_only(text: str, noun: str) -> bool:
    rest = re.sub(r"^\s*(?:for|on|of|over)\b", "", text).strip()
    return not about(_OBJECT, noun).sub("", rest, count=1).strip()
