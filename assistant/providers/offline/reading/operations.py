"""What can be done with a resource: ``created, listed by status and refunded once``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.providers.offline.reading.draft import Unclear, number
from assistant.providers.offline.reading.words import participle, verb_of
from assistant.providers.offline.spec import Operation, Paging


@dataclass(frozen=True, slots=True)
class Does:
    """One of the usual operations."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Filters:
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Searches:
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sorts:
    """By a field as it is called, or by creation where ``field`` is ""."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Pages:
    paging: Paging


@dataclass(frozen=True, slots=True)
class Changes:
    """A state change, with what was said after its verb."""

    verb: str
    done: str
    rest: str


Doing = Does | Filters | Searches | Sorts | Pages | Changes

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
    yield from (verb, done, verb + "s", stem + "ing", doubled + "ing")


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
_FILTER = re.compile(
    r"(?:optionally |also )?(?:(?:be )?(?:filter(?:ed|ing|able|s)?|narrow(?:ed|ing)?(?: down)?|"
    r"restrict(?:ed|ing)?|select(?:ed|ing)?|quer(?:y|ied|ying))|(?:an? )?(?:optional )?filters?)\b"
    r"(?: (?:them|it|{nouns}))?(?: (?:by|on|for|to))",
    re.IGNORECASE,
)
_SEARCH = re.compile(
    r"(?:be )?search(?:ed|ing|able|es)?(?: (?:them|{nouns}))?(?: (?:by|in|for|within))",
    re.IGNORECASE,
)
_SORT = re.compile(
    r"(?:(?:be )?(?:sort(?:ed|ing|s)?|order(?:ed|ing))(?: (?:them|{nouns}))? (?:by|on)\s+(?P<field>[\w -]+?)"
    r"(?P<down>(?:,)? (?:descending|in descending order|desc|(?:the )?(?:newest|latest|highest|greatest|largest) first)?)"
    r"(?P<up>(?:,)? (?:ascending|in ascending order|asc|(?:the )?(?:oldest|earliest|lowest|smallest|soonest) first)?)?|"
    r"(?:the )?(?P<newest>newest|latest|most recent)(?: ones?| {nouns})? (?:first|at the top)|(?:in )?reverse(?: order of creation)?|"
    r"(?:the )?(?P<oldest>oldest)(?: ones?| {nouns})? first|in (?:the )?order (?:of (?:their )?creation|in which they were created)|by creation)$",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:be )?(?:with |by |using |supports? |in |through |via |has |have )?(?:an? )?(?:optional )?"
    r"(?:paging|pagination|paged|paginated|page by page|pages|limit (?:and|/|plus|,) ?(?:an )?offset|limit/offset|"
    r"offset (?:and|/) ?(?:a )?limit|paginate|page size)"
    r"(?: (?:with|by|through|using|via) (?:an? )?(?:optional )?limit(?: and|/|, )(?: an)?(?: optional)? ?offset)?"
    r"(?:[ ,(]*(?:of |with |at )?(?:at most )?(?P<each>\d+|ten|twenty|fifty)(?: (?:{nouns}|entries|items|results|elements|at a time))?(?: (?:a|per|each|on each|to a|on a) ?(?:page)?)?)?"
    r"(?:[ ,;(]*(?:limit )?(?:by )?default(?:s|ing)?(?: (?:to|of|is|limit|page size))*[ :]*(?P<default>\d+))?"
    r"(?:[ ,;(]*(?:and )?(?:at most|max(?:imum)?(?: of)?|up to|no more than|not more than)[ :]*(?P<most>\d+)(?: entries| items)?(?: (?:a|per) page)?)?\)?",
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


def _pattern(pattern: re.Pattern[str] | str, noun: str) -> re.Pattern[str]:
    source = pattern if isinstance(pattern, str) else pattern.pattern
    return re.compile(source.replace("{nouns}", noun), re.IGNORECASE)


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
        or _pattern(_FILTER, noun).match(piece)
        or _pattern(_SEARCH, noun).match(piece)
        or _pattern(_SORT, noun).match(piece)
        or (match := _pattern(_PAGE, noun).match(piece))
        and match.end() > 4
    )


def _read(phrase: str, noun: str, fields: Sequence[str]) -> list[Doing]:
    text = re.sub(r"^(?:to |be |also |then |optionally )+", "", phrase.strip(), flags=re.IGNORECASE)
    if (match := _CRUD.match(text)) and _object_only(text[match.end() :], noun):
        return [Does("create"), Does("get"), Does("list"), Does("update"), Does("delete")]
    modifiers = _modifiers(text, noun, fields)
    if modifiers is not None:
        return [Does("list"), *modifiers]
    words = text.lower().split()
    if not words:
        raise Unclear(f"{phrase!r}")
    match = re.match(rf"({_VERB})\b\s*", text, re.IGNORECASE)
    verb = verb_of(words[0])
    if match and not (verb and _state_like(text, fields)):
        operation = _OPERATIONS[match[1].lower()]
        rest = _pattern("^" + _OBJECT, noun).sub("", text[match.end() :])
        rest = _IDENTIFIED.sub("", rest).strip(" ,")
        if operation in ("get", "list") and re.match(
            r"(?:all|{n})".replace("{n}", noun), text[match.end() :], re.IGNORECASE
        ):
            operation = "list" if _many(text[match.end() :], noun) else operation
        if not rest:
            return [Does(operation)]
        modifiers = _modifiers(rest, noun, fields)
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
        rest = _pattern("^" + _OBJECT, noun).sub("", rest) if not words[0].endswith("ed") else rest
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
    rest = re.sub(r"^\s*(?:for|on|of|over)\b", "", text)
    return not _pattern(_OBJECT, noun).sub("", rest, count=1).strip()


def _modifiers(text: str, noun: str, fields: Sequence[str]) -> list[Doing] | None:
    """How a list is filtered, sorted and paged; None where the text says something else."""
    found: list[Doing] = []
    rest = text.strip(" ,()")
    while rest:
        rest = re.sub(
            r"^(?:,|and|with|which can be|that can be|can be|supporting|including|be)\s+", "", rest
        ).strip(" ,")
        if not rest:
            break
        taken = _modifier(rest, noun, fields)
        if taken is None:
            return None
        doings, end = taken
        found += doings
        rest = rest[end:].strip(" ,()")
    return found or None


def _modifier(text: str, noun: str, fields: Sequence[str]) -> tuple[list[Doing], int] | None:
    for pattern, kind in ((_SEARCH, Searches), (_FILTER, Filters)):
        if match := _pattern(pattern, noun).match(text):
            names, end = _names(text, match.end(), fields)
            return ([kind(names)], end) if names else None
    if match := _pattern(_SORT, noun).match(text):
        field = match["field"] or ""
        return [Sorts(field, bool((match["down"] or "").strip() or match["newest"]))], match.end()
    if (match := _pattern(_PAGE, noun).match(text)) and match.end() > 4:
        usual = number(match["each"] or match["default"] or "20")
        most = number(match["most"]) if match["most"] else max(usual, 100)
        if not 1 <= usual <= most <= 10_000:
            raise Unclear(f"{match.group()!r} is no page size")
        return [Pages(Paging(int(usual), int(most)))], match.end()
    if match := re.match(
        r"(?:by|per|for (?:an?|one|a given|a specific)|of (?:an?|one|a given)|with (?:a given|a certain|the given))\s+(?!ids?\b|identifier)",
        text,
        re.IGNORECASE,
    ):
        names, end = _names(text, match.end(), fields)
        return ([Filters(names)], end) if names else None
    return None


def _names(text: str, place: int, fields: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The names of fields that follow, and where they end."""
    names: list[str] = []
    options = "|".join(sorted((re.escape(f) for f in fields), key=len, reverse=True))
    if not options:
        return (), place
    pattern = re.compile(
        rf"[\s,]*(?:(?:and|or|and/or|by|their|its|the|an?)\s+)*[\"']?({options})[\"']?(?:s)?\b",
        re.IGNORECASE,
    )
    while match := pattern.match(text, place):
        names.append(match[1].lower())
        place = match.end()
    return tuple(names), place
