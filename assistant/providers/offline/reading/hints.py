"""What is said of a field after its name: types, bounds, choices, defaults, optionality.

A description is consumed phrase by phrase; at each place the longest phrase of the table wins.
Whatever is left over is not understood, so that nothing is ever ignored.
"""

from __future__ import annotations

import re

from assistant.providers.offline.reading.draft import Draft
from assistant.providers.offline.reading.phrases import phrase_at
from assistant.providers.offline.reading.unclear import Unclear

# Words that carry nothing by themselves between two phrases.
_BLANK = re.compile(r"[,;\s]+")
_FILLER = re.compile(
    r"(?:and|but|which|that|whose|it|they|is|are|be|being|must|should|shall|has to|have to|has|"
    r"have|an?|the|with|of|in|as|values?|type|format|also|each|both|in total|valid|any|range)\b|:",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"(?:(?:which |that |and )?(?:is |are |must be |should be |can be |may be |being )?"
    r"(?:(?:exactly |any )?one of|either|among|any of)"
    r"(?: the (?:following|values?|words?|choices))*|"
    r"(?:with )?(?:the )?(?:possible |allowed |valid )*(?:choices?|options?|values?)(?: of| are)?|"
    r"enum(?:eration)?(?: of)?)[: ]*[(\[{]?",
    re.IGNORECASE,
)
_WEAK_OPENER = re.compile(
    r"(?:which |that |it )?(?:is|are|can be|may be|must be|can only be)\s|in\s|[:=]\s*|of\s",
    re.IGNORECASE,
)
_CONSTRAINT = re.compile(
    r"(?:by )?default|optional|required|mandatory|unique|initially|starts?\b|starting|"
    r"(?:may|can|must|should|cannot) |nullable|"
    r"not (?:be|empty|blank|null|required|optional|negative|more|less|longer)\b|"
    r"at (?:most|least)|max|min|up to|with |which |in case|always",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:(?:,(?!\d{3}\b)|;)\s*(?:or|and)\s|,(?!\d{3}\b)|;|/|\||\bor\b|\band\b)\s*", re.IGNORECASE
)
_THEN = re.compile(
    r"\s+(?=(?:which|that|with|by default|defaulting|defaults|initially|and (?:is|defaults))\b)",
    re.IGNORECASE,
)
# Words of an explanation, as in "(shown to users, including tax)".
_EXPLAINS = re.compile(
    r"\b(?:e\.?g|i\.?e|for example|such as|including|excluding|without|when|was|were|whom?|if|like|"
    r"etc|only|shown|used|the|this|it|its|because|should|will|must)\b|\.\.",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\"([^\"]+)\"|'([^']+)'|([^\W_](?:[\w .+&%#-]*\w)?[+#]*)")


def read_hints(draft: Draft, text: str, grouped: bool = False) -> None:
    """Take in everything that ``text`` says of the field.

    Args:
        grouped: the text stood in parentheses, where a bare list of words is its choices.

    Raises:
        Unclear: names the words that are not understood.
    """
    text = re.sub(r"\bnot be\b", "not", re.sub(r"\bcannot\b", "not", text))
    place = 0
    if grouped and (bare := _choices(text, 0, weak=True)):
        draft.set_choices(bare[0])
        place = bare[1]
    while place < len(text):
        if blank := _BLANK.match(text, place):
            place = blank.end()
        elif found := phrase_at(text, place):
            match, effect = found
            effect(draft, match)
            place = match.end()
        elif taken := _opened_choices(text, place):
            draft.set_choices(taken[0])
            place = taken[1]
        elif filler := _FILLER.match(text, place):
            place = filler.end()
        else:
            raise Unclear(f"{text[place:].strip()[:80]!r}")


def _opened_choices(text: str, place: int) -> tuple[list[str], int] | None:
    """Choices that words such as "one of" announce, or weaker ones such as "which is"."""
    after_sign = place + len(text[place:]) - len(text[place:].lstrip(":= "))
    for opener, start, weak in ((_OPENER, after_sign, False), (_WEAK_OPENER, place, True)):
        if (match := opener.match(text, start)) and (taken := _choices(text, match.end(), weak)):
            return taken
    return None


def _choices(text: str, place: int, weak: bool = False) -> tuple[list[str], int] | None:
    """The choices that start at this place, and where they end; None where there are not two.

    Args:
        weak: nothing announces choices for sure, so one word at least must mean nothing else.
    """
    choices: list[str] = []
    last = enumerated = False
    while place < len(text):
        end = _SEPARATOR.search(text, place)
        segment = text[place : end.start() if end else len(text)].strip().rstrip(")]}")
        if choices and _CONSTRAINT.match(segment):
            break
        if more := _THEN.search(segment):
            segment, end, last = segment[: more.start()], None, True
        match = _CHOICE.fullmatch(segment)
        if match is None:
            return None
        choices.append(next(group for group in match.groups() if group))
        place = place + len(segment) if more else end.end() if end else len(text)
        if last or end is None:
            break
        sign = end.group().strip().lower()
        enumerated = enumerated or sign != "and"
        last = sign.strip(" ,;") == "or"
    if len(choices) < 2 or (weak and not (enumerated and _enumerates(choices))):
        return None
    return choices, place


def _enumerates(choices: list[str]) -> bool:
    """Whether words that nothing announces as choices can be nothing else."""
    if any(map(_bounds, choices)) or any(map(_EXPLAINS.search, choices)):
        return False
    described = [choice for choice in choices if _wholly(choice)]
    return len(described) < len(choices) and not any(" " in choice for choice in described)


def _bounds(text: str) -> bool:
    """Whether a word that could be a choice rather bounds the value, as in ``integer 1-100``."""
    return bool(phrase_at(text, 0)) and bool(re.search(r"\d", text)) and not text.isdigit()


def _wholly(text: str) -> bool:
    """Whether the text says something of a value by itself."""
    place = 0
    while place < len(text):
        found = phrase_at(text, place)
        skipped = _BLANK.match(text, place) or _FILLER.match(text, place)
        if found is None and skipped is None:
            return False
        place = found[0].end() if found else skipped.end() if skipped else place
    return True
