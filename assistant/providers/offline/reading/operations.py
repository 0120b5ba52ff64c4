"""What can be done with a resource: ``created, listed by status and refunded once``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.providers.offline.reading.listing import (
    Modifier,
    match_at_start,
    read_modifiers,
    starts_modifier,
)
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import participle, plural, singular, verb_of
from assistant.providers.offline.spec import Operation


@dataclass(frozen=True, slots=True)
class Does:
    """One of the usual operations."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Changes:
    """A state change, with what was said after its verb.

    Attributes:
        bare: the verb was said in its base form, which "can be" does not go with.
    """

    verb: str
    done: str
    rest: str
    bare: bool = False


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
_JOINT = re.compile(
    r"\s*[,;]\s*(?:and |or |as well as |but |then |also )?|"
    r"\s+(?:and|or|as well as|then)\s+(?:also |to )?",
    re.IGNORECASE,
)
# "Their" and "own" are missing on purpose: who owns what is not something that is understood.
_OBJECT = (
    r"(?:(?:an?|the|all|all the|single|one|new|existing|individual|any|every|each|specific|some|"
    r"it|them|ones?|this|that|details of)\b\s*)*(?:{nouns})?\s*"
)
_MANY = r"(?:the |all |all the )*(?:list|lists)\b|all\b"
_IDENTIFIED = re.compile(
    r"(?:by|with|using|via|through|given)(?: (?:an?|the|its|their))? (?:unique )?"
    r"(?:ids?|identifiers?)|individually|one by one|one at a time|at any time|again|permanently|"
    r"in full|(?:fully )?(?:(?:or|and) )?partially|in part|if they exist|details|in memory",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:(?:to|be|also|then|optionally)\s+)+", re.IGNORECASE)
_MARKED = re.compile(
    r"(?:mark|set|move|flag|switch|turn)(?:e?d|t?ed)? (?:(?:it|them|an?|the|\w+) )??"
    r"(?:as |to (?:be )?|into )(?P<state>[\w-]+)\b\s*(?P<rest>.*)",
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
    return [doing for phrase in _phrases(text, noun) for doing in _read(phrase, noun, fields)]


def _phrases(text: str, noun: str) -> list[str]:
    """Splits at commas and conjunctions where a verb phrase starts."""
    phrases: list[str] = []
    start, joint = 0, ""
    for cut in [*_JOINT.finditer(text), None]:
        piece = text[start : cut.start() if cut else len(text)].strip()
        if piece and (not phrases or _starts(piece, noun)):
            phrases.append(piece)
        elif piece:
            phrases[-1] += joint + piece
        if cut:
            start, joint = cut.end(), cut.group()
    return phrases


def _starts(piece: str, noun: str) -> bool:
    """Whether a verb phrase starts here, rather than another field to filter by."""
    text = _LEADING.sub("", piece)
    first = text.lower().split()[0] if text.split() else ""
    return bool(
        re.match(rf"(?:{_VERB})\b", text, re.IGNORECASE)
        or verb_of(first)
        or _MARKED.match(text)
        or _CRUD.match(text)
        or starts_modifier(text, noun)
    )


def _read(phrase: str, noun: str, fields: Sequence[str]) -> list[Doing]:
    text = _LEADING.sub("", phrase.strip())
    if (match := _CRUD.match(text)) and _object_only(text[match.end() :], noun):
        return [Does("create"), Does("get"), Does("list"), Does("update"), Does("delete")]
    if (modifiers := read_modifiers(text, noun, fields)) is not None:
        return [Does("list"), *modifiers]
    doing = _operation(text, noun, fields) or _marked(text) or _state_change(text, noun)
    if doing is None:
        raise Unclear(repr(phrase.strip()[:80]))
    return doing


def _operation(text: str, noun: str, fields: Sequence[str]) -> list[Doing] | None:
    """``fetch an order by its id``, ``list all orders by status``."""
    match = re.match(rf"({_VERB})\b\s*", text, re.IGNORECASE)
    # "Read" and "opened" are operations unless a field says that they are states.
    if match is None or match[1].lower() in {field.lower() for field in fields}:
        return None
    operation, rest = _OPERATIONS[match[1].lower()], text[match.end() :]
    if match[1].lower() in _NOUNS:
        rest = re.sub(r"^(?:of|for)\s+", "", rest)
    if operation == "get" and _names_many(rest, noun):
        operation = "list"
    rest = re.sub("^" + _OBJECT.replace("{nouns}", noun), "", rest, flags=re.IGNORECASE)
    rest = _IDENTIFIED.sub("", rest).strip(" ,")
    if not rest:
        return [Does(operation)]
    modifiers = read_modifiers(rest, noun, fields)
    if modifiers is None or operation not in ("get", "list"):
        raise Unclear(repr(text[:80]))
    return [Does("list"), *modifiers]


def _marked(text: str) -> list[Doing] | None:
    """``marked as paid``."""
    match = _MARKED.fullmatch(text)
    if match is None:
        return None
    state = match["state"].lower()
    verb = verb_of(state)
    return [Changes(verb, state, match["rest"].strip(" ,"))] if verb else None


def _state_change(text: str, noun: str) -> list[Doing] | None:
    """``refunded once``, ``pay an order``."""
    word = text.split()[0].lower()
    verb = verb_of(word)
    if verb is None:
        return None
    rest = text[len(word) :].strip(" ,")
    spoken = word != verb and not word.endswith("ing")
    if not spoken:
        rest = re.sub("^" + _OBJECT.replace("{nouns}", noun), "", rest, flags=re.IGNORECASE)
    done = word if spoken else participle(verb)
    return [Changes(verb, done, rest, bare=word == verb != done)]


def _names_many(text: str, noun: str) -> bool:
    """``all orders``, ``the list of orders``, ``orders``; but not ``an order``."""
    if re.match(_MANY, text, re.IGNORECASE):
        return True
    named = re.match(rf"(?:the )?({noun})\b", text, re.IGNORECASE)
    return named is not None and singular(named[1].lower()) != named[1].lower()


def _object_only(text: str, noun: str) -> bool:
    rest = re.sub(r"^\s*(?:for|on|of|over)\b", "", text).strip()
    match = match_at_start(_OBJECT, noun, rest)
    return match is not None and match.end() == len(rest)
