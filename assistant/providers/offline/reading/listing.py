"""How a list can be asked for: filtered, searched, sorted, page by page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.values import number
from assistant.providers.offline.spec import Paging


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


Modifier = Filters | Searches | Sorts | Pages

FILTER = re.compile(
    r"(?:optionally |also )?(?:(?:be )?(?:filter(?:ed|ing|able|s)?|narrow(?:ed|ing)?(?: down)?|"
    r"restrict(?:ed|ing)?|select(?:ed|ing)?|quer(?:y|ied|ying))|(?:an? )?(?:optional )?filters?)\b"
    r"(?: (?:them|it|{nouns}))?(?: (?:by|on|for|to))",
    re.IGNORECASE,
)
SEARCH = re.compile(
    r"(?:be )?search(?:ed|ing|able|es)?(?: (?:them|{nouns}))?(?: (?:by|in|for|within))",
    re.IGNORECASE,
)
SORT = re.compile(
    r"(?:(?:be )?(?:sort(?:ed|ing|s)?|order(?:ed|ing))(?: (?:them|{nouns}))? (?:by|on)\s+(?P<field>[\w -]+?)"
    r"(?P<down>,? (?:descending|in descending order|desc|(?:the )?(?:newest|latest|highest|greatest|largest) first))?"
    r"(?P<up>,? (?:ascending|in ascending order|asc|(?:the )?(?:oldest|earliest|lowest|smallest|soonest) first))?|"
    r"(?:the )?(?P<newest>newest|latest|most recent)(?: ones?| {nouns})? (?:first|at the top)|(?:in )?reverse(?: order of creation)?|"
    r"(?:the )?(?P<oldest>oldest)(?: ones?| {nouns})? first|in (?:the )?order (?:of (?:their )?creation|in which they were created)|by creation)$",
    re.IGNORECASE,
)
PAGE = re.compile(
    r"(?:be )?(?:with |by |using |supports? |in |through |via |has |have )?(?:an? )?(?:optional )?"
    r"(?:paging|pagination|paged|paginated|page by page|pages|limit (?:and|/|plus|,) ?(?:an )?offset|limit/offset|"
    r"offset (?:and|/) ?(?:a )?limit|paginate|page size)"
    r"(?: (?:with|by|through|using|via) (?:an? )?(?:optional )?limit(?: and|/|, )(?: an)?(?: optional)? ?offset)?"
    r"(?:[ ,(]*(?:of |with |at )?(?:at most )?(?P<each>\d+|ten|twenty|fifty)(?: (?:{nouns}|entries|items|results|elements|at a time))?(?: (?:a|per|each|on each|to a|on a) ?(?:page)?)?)?"
    r"(?:[ ,;(]*(?:limit )?(?:by )?default(?:s|ing)?(?: (?:to|of|is|limit|page size))*[ :]*(?P<default>\d+))?"
    r"(?:[ ,;(]*(?:and )?(?:at most|max(?:imum)?(?: of)?|up to|no more than|not more than)[ :]*(?P<most>\d+)(?: entries| items)?(?: (?:a|per) page)?)?\)?",
    re.IGNORECASE,
)


def about(pattern: re.Pattern[str] | str, noun: str) -> re.Pattern[str]:
    source = pattern if isinstance(pattern, str) else pattern.pattern
    return re.compile(source.replace("{nouns}", noun), re.IGNORECASE)


def read_modifiers(text: str, noun: str, fields: Sequence[str]) -> list[Modifier] | None:
    """How a list is filtered, sorted and paged; None where the text says something else."""
    found: list[Modifier] = []
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


def _modifier(text: str, noun: str, fields: Sequence[str]) -> tuple[list[Modifier], int] | None:
    for pattern, kind in ((SEARCH, Searches), (FILTER, Filters)):
        if match := about(pattern, noun).match(text):
            names, end = _names(text, match.end(), fields)
            return ([kind(names)], end) if names else None
    if match := about(SORT, noun).match(text):
        field = match["field"] or ""
        return [Sorts(field, bool((match["down"] or "").strip() or match["newest"]))], match.end()
    if (match := about(PAGE, noun).match(text)) and match.end() > 4:
        usual = int(number(match["each"] or match["default"] or "20"))
        most = int(number(match["most"])) if match["most"] else max(usual, 100)
        if not 1 <= usual <= most <= 10_000:
            raise Unclear(f"{match.group()!r} is no page size")
        return [Pages(Paging(usual, most))], match.end()
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
