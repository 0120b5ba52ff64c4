"""The phrases that describe a field: types, bounds, choices, defaults, optionality."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.providers.offline.reading.draft import Draft
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.values import number
from assistant.providers.offline.spec import NUMERIC, Alphabet, Type

Match = re.Match[str]
Effect = Callable[[Draft, Match], None]

_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|fifty|"
    "(?:a |one )?(?:hundred|thousand)|(?:a|one) million"
)
NUMBER = rf"(?:[-+]?[$€£]?\d+(?:[,_]\d{{3}})*(?:\.\d+)?|\b(?:{_WORDS})\b)"
_LENGTH = (
    r"(?:[ -]?(?:letters (?:and|or) digits|characters?|chars?|letters?|signs?|symbols?|digits?)"
    r"(?: long| in length)?| long)"
)
_ITEMS = r"(?: (?:items?|entries|elements|tags|labels|texts|values))"
_UNIT = (
    r"(?: ?(?:%|percent|euros?|dollars?|cents?|EUR|USD|GBP|kg|g|grams?|cm|mm|m|km|meters?|metres?|"
    r"degrees|seconds?|minutes?|hours?|days?|weeks?|months?|years?(?: old)?|stars?|points?|people|"
    r"persons|guests|seats|pages|pieces|units|€|\$))"
)
_SIZE = rf"(?P<length>{_LENGTH}|{_ITEMS})?{_UNIT}?"
_MOST = (
    r"(?:at (?:the )?most|up to|max(?:imum|imal)?\.?(?: of| is|:)?|no(?:t)? (?:more|longer|greater|"
    r"larger|higher|bigger) than|<=|limited to|(?:is |be )?maximally|not exceeding|not over|"
    r"cannot exceed|must not exceed|not above)"
)
_LEAST = (
    r"(?:at (?:the )?least|min(?:imum|imal)?\.?(?: of| is|:)?|no(?:t)? (?:less|shorter|fewer|"
    r"smaller|lower) than|>=|minimally|not below|not under)"
)
_LENGTH_NAME = r"(?:max|min)?[ _-]?len(?:gth)?"
_VALUE = r"(?P<value>\"[^\"]*\"|'[^']*'|\[\]|(?:(?! and | but | which |, )[^,;()\"])+?)"
_END = r"(?=\s*(?:[,;)]|$| and | but | which ))"

_TYPES: tuple[tuple[Type, str], ...] = (
    (
        "datetime",
        r"date[ -]?times?|dates? (?:and|with) (?:a )?times?|time ?stamps?|points? in time|"
        r"iso[ -]?8601(?: (?:date ?time|timestamp)s?)?",
    ),
    ("date", r"(?:calendar |iso )?dates?(?: only)?"),
    ("email", r"(?:valid )?e-?mails?(?: address(?:es)?)?"),
    ("url", r"(?:valid )?(?:https? )?(?:urls?|uris?|links?|web ?address(?:es)?)"),
    ("uuid", r"(?:valid )?(?:uuids?|guids?)"),
    (
        "texts",
        r"(?:lists?|arrays?|sets?|sequences?) of (?:short |free )?(?:texts?|strings?|str|words?|"
        r"names|tags|labels)|(?:text|string|str) (?:list|array)|list\[str\]|str(?:ing)?\[\]|"
        r"texts|strings",
    ),
    ("whole", r"(?:whole|integer|integral) (?:numbers?|values?)|integers?|ints?|counts?"),
    (
        "decimal",
        r"decimals?(?: (?:numbers?|values?))?|floats?|floating[ -]point(?: numbers?)?|"
        r"real(?: numbers?)?|doubles?|numbers?|numeric(?: value)?|money|currency amount|"
        r"monetary (?:amount|value)|(?:amount|sum) of money|amounts?|prices?",
    ),
    (
        "boolean",
        r"bool(?:ean)?s?(?: (?:flag|value))?|true ?(?:/| or |\|) ?false|yes ?(?:/| or |\|) ?no|"
        r"(?:yes|true)[- ](?:or[- ])?(?:no|false)|flags?|on ?/ ?off|check ?box",
    ),
    (
        "text",
        r"(?:free |plain |short |long |free-form |one-line |single-line |multi-?line )*"
        r"(?:texts?|strings?|str)|free-?text|line of text|varchar",
    ),
)


def _type(kind: Type) -> Effect:
    return lambda draft, match: draft.set_type(kind)


def _sized(draft: Draft, match: Match) -> None:
    found = match.groupdict().get("length") or match.groupdict().get("named")
    if found:
        draft.length = True
        if "digit" in found:
            draft.alphabet = "letters and digits" if "letter" in found else "digits"


def _number(match: Match, *names: str) -> str:
    """The number in whichever of the groups has one."""
    found = match.groupdict()
    return next(found[name] for name in names if found.get(name))


def _upper(inclusive: bool) -> Effect:
    def effect(draft: Draft, match: Match) -> None:
        _sized(draft, match)
        draft.set_upper(_number(match, "high", "high2"), inclusive)

    return effect


def _lower(inclusive: bool) -> Effect:
    def effect(draft: Draft, match: Match) -> None:
        _sized(draft, match)
        draft.set_lower(_number(match, "low", "low2"), inclusive)

    return effect


def _range(draft: Draft, match: Match) -> None:
    _sized(draft, match)
    draft.set_lower(match["low"])
    draft.set_upper(match["high"])


def _exactly(draft: Draft, match: Match) -> None:
    draft.length = True
    draft.set_lower(match["low"])
    draft.set_upper(match["low"])
    kind = (match.groupdict().get("kind") or "").lower().replace("upper-case", "capital")
    kind = kind.replace("uppercase", "capital").replace("upper case", "capital")
    kinds: dict[str, Alphabet] = {
        "digit": "digits",
        "letter": "letters",
        "capital letter": "capital letters",
        "letters and digit": "letters and digits",
        "letters or digit": "letters and digits",
    }
    draft.alphabet = kinds.get(kind.rstrip("s"), draft.alphabet)


def _positive(draft: Draft, match: Match) -> None:
    if draft.lower is None or draft.lower.value < 0:
        draft.set_lower("0", inclusive=False)


def _not_negative(draft: Draft, match: Match) -> None:
    draft.set_lower("0")


def _unit(draft: Draft, match: Match) -> None:
    """What it is measured in changes nothing; numbers have no units here."""


def _whole_unit(draft: Draft, match: Match) -> None:
    if draft.type is None:
        draft.set_type("whole")


def _default(draft: Draft, match: Match) -> None:
    if draft.default is not None:
        raise Unclear(f"{draft.words} has two defaults")
    draft.default = match["value"].strip()


def _starts(draft: Draft, match: Match) -> None:
    """A number starts with its default; what a text starts with is no default."""
    opened = match.group()[: match.start("value") - match.start()].rstrip()
    if opened.lower().endswith("with") and draft.type not in NUMERIC:
        raise Unclear(f"{match.group()!r}")
    _default(draft, match)


def _set(**values: object) -> Effect:
    def effect(draft: Draft, match: Match) -> None:
        for name, value in values.items():
            setattr(draft, name, value)

    return effect


def _not_empty(draft: Draft, match: Match) -> None:
    draft.blank = False
    if draft.type == "texts" and draft.lower is None:
        draft.set_lower("1")


def _places(draft: Draft, match: Match) -> None:
    places = number(match["low"])
    if not 0 <= places <= 8 or places != places.to_integral_value():
        raise Unclear(f"{match.group()!r} is no number of decimal places")
    draft.places = int(places)
    if draft.type is None:
        draft.set_type("decimal")


def _alphabet(draft: Draft, match: Match) -> None:
    kind = match["kind"].lower()
    alphabet: Alphabet = "letters" if kind == "letters" else "capital letters"
    if ("digit" in kind and "letter" in kind) or kind.startswith("alphanum"):
        alphabet = "letters and digits"
    elif "digit" in kind:
        alphabet = "digits"
    if draft.alphabet not in ("", alphabet):
        raise Unclear(f"{draft.words} has two sorts of characters")
    draft.alphabet = alphabet


def _percentage(draft: Draft, match: Match) -> None:
    draft.set_type("decimal")
    draft.set_lower("0")
    draft.set_upper("100")


_N = rf"(?P<low>{NUMBER})"
_N2 = rf"(?P<low2>{NUMBER})"
_M = rf"(?P<high>{NUMBER})"
_M2 = rf"(?P<high2>{NUMBER})"
_INCLUSIVE = r"(?: inclusive(?:ly)?)?"
_CAPITALS = r"(?:capital|upper-?case|upper case) letters?"
_NAMED = r"(?: of| is)?[ :=]*"
_ON_CHANGE = (
    r"(?: (?:on|at|upon|when|with) (?:the )?(?:creation|creating|it is created|"
    r"(?:every|each) (?:change|update)))?"
)

_RANGES: tuple[tuple[str, Effect], ...] = (
    (
        rf"(?:ranging |in the range |range |ranges )?(?:from |of |between )?{_N}{_UNIT}? ?"
        rf"(?:to|and|-|\.\.\.?|through|until|up to) ?{_M}{_SIZE}{_INCLUSIVE}",
        _range,
    ),
    (rf"\[{_N} ?(?:,|-|\.\.) ?{_M}\]", _range),
    (rf"{_N} ?<= ?(?:x|n|value|it) ?<= ?{_M}", _range),
    (rf"{_MOST} {_M}{_SIZE}", _upper(True)),
    (rf"<= ?{_M}", _upper(True)),
    (
        rf"{_M}{_SIZE} (?:at (?:the )?most|max(?:imum)?|"
        r"or (?:less|fewer|lower|smaller|shorter)|and below)",
        _upper(True),
    ),
    (rf"{_LEAST} {_N}{_SIZE}", _lower(True)),
    (rf">= ?{_N}", _lower(True)),
    (
        rf"{_N}{_SIZE} (?:at (?:the )?least|min(?:imum)?|or (?:more|greater|higher|longer|above)|"
        rf"and (?:more|above|up))|from {_N2} (?:up|upwards|on)",
        _lower(True),
    ),
    (
        rf"(?:greater|more|larger|higher|bigger) than {_N}{_SIZE}|"
        rf"(?:above|over|exceeding|>) ?{_N2}{_UNIT}?",
        _lower(False),
    ),
    (
        rf"(?:less|smaller|lower|fewer|shorter) than {_M}{_SIZE}|"
        rf"(?:below|under|<) ?{_M2}{_UNIT}?",
        _upper(False),
    ),
    (rf"(?:max|le|lte)[:=] ?{_M}", _upper(True)),
    (rf"(?:min|ge|gte)[:=] ?{_N}", _lower(True)),
    (rf"gt[:=] ?{_N}", _lower(False)),
    (rf"lt[:=] ?{_M}", _upper(False)),
    (r"positive", _positive),
    (r"(?:non-?|not )negative|zero or (?:more|greater|positive)", _not_negative),
    (r"percent(?:age)?", _percentage),
)
_LENGTHS: tuple[tuple[str, Effect], ...] = (
    (rf"(?P<named>max(?:imum|imal)?[ _-]?len(?:gth)?){_NAMED}{_M}{_LENGTH}?", _upper(True)),
    (rf"(?P<named>min(?:imum|imal)?[ _-]?len(?:gth)?){_NAMED}{_N}{_LENGTH}?", _lower(True)),
    (
        rf"(?:a )?(?P<named>length){_NAMED} ?(?:between |from )?{_N} ?(?:to|and|-|\.\.) ?"
        rf"{_M}{_LENGTH}?",
        _range,
    ),
    (rf"(?:a )?(?P<named>length)(?: of| is)? {_MOST} {_M}{_LENGTH}?", _upper(True)),
    (rf"(?:a )?(?P<named>length)(?: of| is)? {_LEAST} {_N}{_LENGTH}?", _lower(True)),
    (
        rf"(?:exactly )?{_N}[ -](?P<kind>letters (?:and|or) digits|characters?|chars?|letters?|"
        rf"digits?|{_CAPITALS})"
        r"(?: long| in length| code)?",
        _exactly,
    ),
    (r"(?:non-?|not (?:be )?)(?:empty|blank)", _not_empty),
    (r"(?:may|can) be (?:empty|blank)|possibly empty", _set(blank=True)),
    (
        rf"(?:only |consisting of |made of |of )?(?P<kind>letters (?:and|or) digits|"
        rf"digits (?:and|or) letters|digits|letters|{_CAPITALS}|alphanumeric)"
        r"(?: characters)?(?: only)?",
        _alphabet,
    ),
    (
        rf"(?:(?:at most|up to|exactly|max(?:imum)?\.?) )?{_N} (?:decimals?(?: places?| digits?)?|"
        r"digits after the (?:decimal )?point|fraction(?:al)? digits)",
        _places,
    ),
)
_PRESENCE: tuple[tuple[str, Effect], ...] = (
    (
        r"optional(?:ly)?|(?:may|can) be (?:omitted|left out|missing|absent|null|unset)|"
        r"not (?:required|mandatory)|nullable|if (?:any|known|given|present|there is one)|"
        r"or (?:null|nothing|none)",
        _set(optional=True),
    ),
    (
        r"required|mandatory|obligatory|not (?:be )?(?:optional|null)|"
        r"must be (?:given|present|set)|always (?:given|present)",
        _set(required=True),
    ),
    (r"unique", _set(unique=True)),
    (
        r"(?:by )?default(?:s|ing|ed)?(?: value)?(?: (?:to|is|of|as))?(?: ?[:=])? ?"
        rf"{_VALUE}{_END}",
        _default,
    ),
    (rf"(?!which|that|is\b|it\b){_VALUE} (?:by|as) (?:the )?default", _default),
    (
        r"(?:initially|at first|start(?:s|ing)?(?: out)? (?:as|at|with)|begins? (?:as|at)|"
        rf"initial(?: value)?(?: of|:|=)?) ?{_VALUE}{_END}",
        _starts,
    ),
    (rf"= ?{_VALUE}{_END}", _default),
    (
        r"(?:set|generated|assigned|filled in|recorded|taken|updated|maintained)(?: automatically)?"
        rf"(?: by the (?:server|service|system|api))?{_ON_CHANGE}(?: automatically)?|"
        r"automatic(?:ally(?: set| generated)?)?|auto-?generated|read-?only|server-?(?:set|side)",
        _set(filled=True),
    ),
    (
        r"in (?:euros?|dollars?|EUR|USD|GBP|kg|grams?|cm|mm|met(?:er|re)s|km|"
        r"degrees(?: celsius)?|celsius|percent)",
        _unit,
    ),
    (r"in (?:cents|minutes|seconds|hours|days|weeks|months|years|pages)", _whole_unit),
)
_PHRASES = (*((pattern, _type(kind)) for kind, pattern in _TYPES), *_RANGES, *_LENGTHS, *_PRESENCE)
_TABLE = tuple(
    (re.compile(rf"(?:{pattern})(?![\w-])", re.IGNORECASE), effect) for pattern, effect in _PHRASES
)


def phrase_at(text: str, place: int) -> tuple[Match, Effect] | None:
    """The longest phrase that starts at this place."""
    found = [(match, effect) for pattern, effect in _TABLE if (match := pattern.match(text, place))]
    return max(found, key=lambda pair: pair[0].end(), default=None)
