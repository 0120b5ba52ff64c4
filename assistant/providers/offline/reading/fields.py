"""Lists of fields: ``a customer (text), a quantity (whole number) and a note, if any``."""

from __future__ import annotations

import re

from assistant.providers.offline.reading.draft import Draft
from assistant.providers.offline.reading.hints import read_hints
from assistant.providers.offline.reading.phrases import NUMBER
from assistant.providers.offline.reading.unclear import Unclear

MOST_FIELDS = 60

_SEPARATOR = re.compile(
    r"\s*(?:,(?!\d{3}\b)|;)\s*(?:and\b|as well as\b|plus\b)?\s*|\s+(?:and|as well as|plus|&)\s+"
)
_STARTS_FIELD = re.compile(
    r"(?:an?|the|its|their|his|her|one|optional(?:ly)?|whether|some|zero or more|any number of|"
    r"a list of|also)\s",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    rf"(?:{NUMBER}\b(?!\w)|at (?:most|least)|up to|from |between |max|min|default|by default|"
    r"(?:optional|required|unique|mandatory)$|(?:optional|required)[,;) ]|nullable|which |that |"
    r"must |can be |may be |"
    r"not |non-?empty$|with (?:a )?(?:default|max|min|at )|initially|starting|starts |in |or |"
    r"greater |less |more than|fewer |positive$|both |all (?:of )?|is |are |should |consisting|"
    r"no longer)",
    re.IGNORECASE,
)
_OPENS_CHOICES = re.compile(
    r"\b(?:one of|either|which (?:is|can be|may be|must be)|that (?:is|can be|may be|must be)|"
    r"can be|may be|must be|being|among|choices?|values)\b|:\s*\S|\bof (?=[\w\"' -]+$)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?::|=(?!=)|\s-\s|[<>]=?)\s*|\s+(?=(?:which|that|whose|from|between|with|must|is|are|being|"
    r"at most|at least|up to|in(?! stock)|as|limited|greater|less|more|fewer|one of|either|"
    r"shorter|longer|smaller|larger|higher|lower|above|below|under|over|exceeding|"
    r"defaults?|defaulting|initially|starting|starts|can|may|should|shall|no more|not|no longer|"
    r"consisting|"
    r"optional|required|unique|mandatory|nullable|if|positive|set|by default|ranging|"
    r"of (?:at|up|exactly|between|from|type|no|one|the type|\d|two|three|four|five|max|min|either|"
    r"digits|letters|capital|upper|the values|positive|whole)|"
    r"\d+ ?(?:to|-|\.\.|characters|chars|letters|digits|or|and))\b)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:an?|the|its|their|his|her|one|some|also|each)\s+", re.IGNORECASE)
_LIST_OF = re.compile(
    r"^(?:an? )?(?:optional )?(?:list|array|set) of (?=\w)|"
    r"^(?:zero or more|any number of|several|multiple) ",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r"^(?:(?P<hint>optional(?:ly)?|required|mandatory|unique|positive|non-?negative|non-?empty|"
    r"boolean|integer|numeric|decimal|whole|text|string|integer-valued|percentage)|"
    r"(?P<nothing>free-?text|plain|valid|given|own))\s+"
    r"(?!(?:of|which|that|from|with|between|and|in|is|are)\b)(?=\w)",
    re.IGNORECASE,
)
_FLAG = re.compile(
    r"^(?:an? |the )?(?:boolean |yes-or-no )?(?:flag|field|boolean)\s+"
    r"(?:for|called|named|(?:saying |telling |that (?:says|tells) )?(?:whether|if)"
    r"(?: it (?:is|was|has been))?)?\s*(?P<name>[\w\"'-]+)$",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^(?:whether|if) (?:it|they|he|she|the \w+) (?:is|are|was|has been|have been|has) "
    r"(?P<name>[\w -]+)$",
    re.IGNORECASE,
)
_COUNTED_OF = re.compile(
    r"^(?P<name>(?:number|date|time|place|name|unit|amount|type|kind|point|year|country|code|level|"
    r"method|terms|rate|cost|state) of (?:the )?"
    r"(?!at\b|up\b|exactly|between|from|type|no\b|one|two|three|four|max|min|positive|whole|digits|"
    r"letters|capital|upper|text)[^\W\d]\w*)(?P<rest>.*)$",
    re.IGNORECASE,
)
_OF_CHOICES = re.compile(r"\s+(?=of [^,]+(?:,| or ))", re.IGNORECASE)
_NO_NAME = re.compile(
    r"(?:with|each|up|many|most|more|no|not|few|for|by|when|if|at|to|that|which|who|can|may|must|all|"
    r"any|every|other|of|in|on|and|or|default|between|either|initially|starting|one of)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w -]*", re.UNICODE)


def read_fields(text: str) -> list[Draft]:
    """The fields of a list, in order.

    Raises:
        Unclear: says which words are not understood.
    """
    text, common = _common(text.strip())
    drafts = [draft for item in split_fields(text) for draft in _item(item)]
    if not drafts:
        raise Unclear("no field is named")
    if len(drafts) > MOST_FIELDS:
        raise Unclear(f"more than {MOST_FIELDS} fields")
    for draft in drafts:
        if common:
            read_hints(draft, common)
    return drafts


_COMMON = re.compile(
    r",?\s*(?:\((?:both|all|all of them)\s+([\w ]+)\)|"
    r"\b(?:both|all(?: of them)?)\s+(required|mandatory|optional|unique|positive))$"
)


def _common(text: str) -> tuple[str, str]:
    """Splits off what holds for all: ``…, both required``."""
    match = _COMMON.search(text)
    return (text[: match.start()], match[1] or match[2]) if match else (text, "")


def split_fields(text: str) -> list[str]:
    """The items of a list, split where a new field starts."""
    cuts = [match for match in _SEPARATOR.finditer(text) if _depth(text, match.start()) == 0]
    pieces: list[str] = []
    start = 0
    for cut in [*cuts, None]:
        end = cut.start() if cut else len(text)
        pieces.append(text[start:end])
        start = cut.end() if cut else end
    articles = any(_STARTS_FIELD.match(piece) for piece in pieces[1:])
    items: list[str] = []
    seps = ["", *(", " if "," in cut.group() or ";" in cut.group() else " and " for cut in cuts)]
    for sep, piece in zip(seps, pieces, strict=True):
        if not piece.strip():
            continue
        if items and not _is_new(items[-1], piece, articles):
            items[-1] += sep + piece
        else:
            items.append(piece)
    return items


def _is_new(current: str, piece: str, articles: bool) -> bool:
    if _STARTS_FIELD.match(piece):
        return not re.match(r"(?:optional(?:ly)?)\s*$", piece)
    if _GOES_ON.match(piece):
        return False
    text = _ARTICLE.sub("", _outside(current).strip())
    if counted := _COUNTED_OF.match(text):
        text = counted["rest"]
    if not _OPENS_CHOICES.search(text):
        return True
    # Within choices: they end after "or", or with an article where articles are used.
    return not articles and bool(re.search(r"\bor\b", text)) and " or " not in piece


def _outside(text: str) -> str:
    """The text without what is in parentheses."""
    return re.sub(r"\([^()]*\)", "", text)


def _depth(text: str, place: int) -> int:
    before = text[:place]
    opened = sum(before.count(sign) for sign in "([{") - sum(before.count(sign) for sign in ")]}")
    return opened + before.count('"') % 2


def _item(item: str) -> list[Draft]:
    """One field; or several, where articles are used for some of a list only."""
    try:
        return [read_field(item)]
    except Unclear as unclear:
        parts = [part for part in _SEPARATOR.split(item) if part]
        if len(parts) < 2 or "(" in item:
            raise
        try:
            return [read_field(part) for part in parts]
        except Unclear:
            raise unclear from None


def read_field(item: str) -> Draft:
    """One field: its name, then everything that is said of it.

    Raises:
        Unclear: says which words are not understood.
    """
    groups = re.findall(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]]+)\]", item)
    text = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]+\]", " \0 ", item) if groups else item
    text = " ".join(text.split())
    hints: list[str] = []
    head, _, after = text.partition("\0")
    if (flag := _FLAG.match(head.strip())) or (flag := _WHETHER.match(head.strip())):
        head = flag["name"]
        hints.append("boolean")
    if _LIST_OF.match(head):
        head = _LIST_OF.sub("", head)
        hints.append("list of texts")
    head, adjectives = _adjectives(head.strip())
    hints += adjectives
    counted = _COUNTED_OF.match(head)
    name, tail = (counted["name"], counted["rest"].strip(" :-")) if counted else _split(head)
    if name.lower().endswith(" flag") and name.lower() != "flag":
        name = name[:-5]
        hints.append("boolean")
    if (timed := re.fullmatch(r"(.+) time ?stamp", name, re.IGNORECASE)) and not hints:
        name = timed[1]
        hints.append("timestamp")
    name = name.strip("\"' ,")
    unnamed = _NO_NAME.match(name) or (" of " in name and not counted)
    if unnamed or not _NAME.fullmatch(name) or len(name.split()) > 4:
        raise Unclear(f"{name[:60]!r} cannot be the name of a field")
    draft = Draft.named(name)
    for hint in hints:
        read_hints(draft, hint)
    for group in groups:
        read_hints(draft, (group[0] or group[1]).strip(), grouped=True)
    for rest in (tail, *after.split("\0")):
        if rest.strip():
            read_hints(draft, rest.strip())
    return draft


def _adjectives(head: str) -> tuple[str, list[str]]:
    """The words without articles and adjectives in front, and what those say of the field."""
    hints: list[str] = []
    while True:
        if (article := _ARTICLE.match(head)) and article.end() < len(head):
            head = head[article.end() :]
        elif match := _ADJECTIVE.match(head):
            said = (match["hint"] or "").lower()
            hints += [_SAID.get(said, said)] if said else []
            head = head[match.end() :]
        else:
            return head, hints


_SAID = {"whole": "integer", "numeric": "number"}


def _split(head: str) -> tuple[str, str]:
    """The name and what follows it."""
    head = head.strip(" ,")
    found = [match for pattern in (_TAIL, _OF_CHOICES) if (match := pattern.search(head))]
    match = min(found, key=lambda match: match.start(), default=None)
    if match is None or match.start() == 0:
        return head, ""
    sign = match.group().strip()
    kept = f"{sign} " if sign[:1] in (":", "=", "<", ">") else ""
    return head[: match.start()], kept + head[match.end() :]
