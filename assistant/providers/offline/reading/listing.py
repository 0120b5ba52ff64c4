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

FILTER = (
    r"(?:optionally |also )?(?:(?:be )?(?:filter(?:ed|ing|able|s)?|narrow(?:ed|ing)?(?: down)?|"
    r"restrict(?:ed|ing)?|select(?:ed|ing)?|quer(?:y|ied|ying))|(?:an? )?(?:optional )?filters?)\b"
    r"(?: (?:them|it|{nouns}))?(?: (?:by|on|for|to))"
)
SEARCH = r"(?:be )?search(?:ed|ing|able|es)?(?: (?:them|{nouns}))?(?: (?:by|in|for|within))"
_DOWN = (
    r"(?:descending|in descending order|desc|"
    r"(?:the )?(?:newest|latest|highest|greatest|largest) first)"
)
_UP = (
    r"(?:ascending|in ascending order|asc|"
    r"(?:the )?(?:oldest|earliest|lowest|smallest|soonest) first)"
)
SORT = (
    r"(?:(?:be )?(?:sort(?:ed|ing|s)?|order(?:ed|ing))(?: (?:them|{nouns}))? (?:by|on)\s+"
    rf"(?P<field>[\w -]+?)(?P<down>,? {_DOWN})?(?:,? {_UP})?|"
    r"(?:the )?(?P<newest>newest|latest|most recent)(?: ones?| {nouns})? (?:first|at the top)|"
    r"(?P<reverse>(?:in )?reverse order of creation)|(?:the )?oldest(?: ones?| {nouns})? first|"
    r"in (?:the )?order (?:of (?:their )?creation|in which they were created)|by creation)"
    r"(?=\s*(?:,|$|and\b|with\b))"
)
_LIMIT_OFFSET = (
    r"(?:(?:an? )?(?:optional )?limit(?: and |/|, )(?:an )?(?:optional )?offset|"
    r"offset (?:and|/) ?(?:a )?limit)"
)
_ENTRIES = r"(?: (?:{nouns}|entries|items|results|elements|at a time))?"
_EACH_PAGE = r"(?: (?:a|per|each|on each|to a|on a)(?: page)?)?"
PAGE = (
    r"(?:be )?(?:with |by |using |supports? |in |through |via |has |have )?(?:an? )?(?:optional )?"
    rf"(?:paging|pagination|paged|paginated|page by page|pages|{_LIMIT_OFFSET}|paginate|page size|"
    rf"(?P<count>\d+){_ENTRIES} (?:a|per) page)"
    rf"(?:,? (?:with|by|through|using|via) {_LIMIT_OFFSET})?"
    r"(?:[ ,(]*(?:of |with |at )?(?P<cap>at most )?(?P<each>\d+|ten|twenty|fifty)"
    rf"{_ENTRIES}{_EACH_PAGE})?"
    r"(?:[ ,;(]*(?:limit )?(?:by )?default(?:s|ing)?(?: (?:to|of|is|limit|page size))*[ :]*"
    r"(?P<default>\d+))?"
    r"(?:[ ,;(]*(?:and )?(?:at most|max(?:imum)?(?: of)?|up to|no more than|not more than)[ :]*"
    rf"(?P<most>\d+){_ENTRIES}{_EACH_PAGE})?\)?"
)
_OF_ONE = (
    r"(?:by|per|for (?:an?|one|a given|a specific)|of (?:an?|one|a given)|"
    r"with (?:a given|a certain|the given))\s+(?!ids?\b|identifier)"
)
_LEADING = re.compile(
    r"^(?:,|and|with|which can be|that can be|can be|supporting|including|be)\s+", re.IGNORECASE
)


def match_at_start(pattern: str, noun: str, text: str) -> re.Match[str] | None:
    """The pattern at the start of the text, where ``{nouns}`` stands for the resource's names."""
    return re.match(pattern.replace("{nouns}", noun), text, re.IGNORECASE)


def starts_modifier(text: str, noun: str) -> bool:
    """Whether the text starts with a filter, a search, an order or pages."""
    page = match_at_start(PAGE, noun, text)
    return bool(page and page.end() > 4) or any(
        match_at_start(pattern, noun, text) for pattern in (FILTER, SEARCH, SORT)
    )


def read_modifiers(text: str, noun: str, fields: Sequence[str]) -> list[Modifier] | None:
    """How a list is filtered, sorted and paged; None where the text says something else."""
    found: list[Modifier] = []
    rest = text.strip(" ,()")
    while rest := _LEADING.sub("", rest).strip(" ,"):
        taken = _modifier(rest, noun, fields)
        if taken is None:
            return None
        modifiers, end = taken
        found += modifiers
        rest = rest[end:].strip(" ,()")
    return found or None


def _modifier(text: str, noun: str, fields: Sequence[str]) -> tuple[list[Modifier], int] | None:
    """What the text starts with, and where that ends."""
    for pattern, kind in ((SEARCH, Searches), (FILTER, Filters), (_OF_ONE, Filters)):
        if match := match_at_start(pattern, noun, text):
            names, end = _names(text, match.end(), fields)
            return ([kind(names)], end) if names else None
    if match := match_at_start(SORT, noun, text):
        down = bool(match["down"] or match["newest"] or match["reverse"])
        return [Sorts(match["field"] or "", down)], match.end()
    if (match := match_at_start(PAGE, noun, text)) and match.end() > 4:
        return [Pages(_paging(match))], match.end()
    return None


def _paging(match: re.Match[str]) -> Paging:
    names = ("count", "each", "default", "most")
    told = {name: int(number(match[name])) for name in names if match[name]}
    if match["cap"] and "most" not in told:
        told["most"] = told.pop("each")
    sizes = {told[name] for name in ("count", "each", "default") if name in told}
    if len(sizes) > 1:
        raise Unclear(f"{match.group()!r} names two page sizes")
    usual = sizes.pop() if sizes else min(20, told.get("most", 20))
    most = told.get("most", max(usual, 100))
    if not 1 <= usual <= most <= 10_000:
        raise Unclear(f"{match.group()!r} is no page size")
    return Paging(usual, most)


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
