"""The language as a whole: its forms, what a text says, and refusals that show what is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from assistant.errors import NotUnderstood
from assistant.providers.offline.functions import read_functions
from assistant.providers.offline.parse import GRAMMAR, Refused, parse, sentences
from assistant.providers.offline.resources import read_resources
from assistant.providers.offline.spec import Specification

_FUNCTIONS = ("signature", "raises", "gives", "refuses")
_MOST_REPAIRS = 12
# How people say what the language says otherwise; a repair is shown only if it is accepted.
_SYNONYMS = (
    (r"[“”„«»]", '"'),
    (r"(?<=\d),(?=\d{3}\b)", ""),
    (r"^(?:please )?(?:create|build|make|write) (?:an? |the )?(?:rest(?:ful)? )?(?:api|service)\b",
     "Create a REST API"),
    (r"\b(?:updated|edited|modified)\b", "changed"),
    (r"\b(?:read|retrieved|viewed|shown)\b", "fetched"),
    (r"\b(?:removed|cancelled)\b", "deleted"),
    (r"\b(?:string|str|varchar)\b", "text"),
    (r"\b(?:integer|int)\b", "whole number"),
    (r"\b(?:float|decimal|double)\b", "number"),
    (r"\b(?:money|currency)\b", "amount"),
    (r"\b(?:boolean|bool)\b", "yes or no"),
    (r"\((?:an? )?e-?mail(?: address)?\b", "(e-mail address"),
    (r"\((?:an? )?(?:url|link|uri)\b", "(web address"),
    (r"\b(?:datetime|timestamp)\b", "date and time"),
    (r"\bbetween (-?[\d.]+) and (-?[\d.]+)", r"from \1 to \2"),
    (r"\bnumber up to ", "number at most "),
    (r"^(?:each|every) ", "A "),
    (r",? (?:required|mandatory)(?=[,)])", ""),
    (r"\b(an?) (optional|unique) ([^(,]+)\(([^()]*)\)", r"\1 \3(\4, \2)"),
    (r"(?<![=<>!])=(?!=)", "=="),
)  # fmt: skip
_FOREIGN = {
    "German": "ein eine einen der die das und ist hat haben mit von für kann können werden soll",
    "French": "un une le la les des et est avec pour peut peuvent être doit du dans sur",
    "Spanish": "un una el la los las y es con para puede pueden ser debe del en tiene",
    "Italian": "un una il lo la gli e è con per può possono essere deve di che ha",
    "Dutch": "een het de en is met van voor kan kunnen worden moet heeft op",
    "Portuguese": "um uma o os as e é com para pode podem ser deve do da tem",
}
_ENGLISH = frozenset(("a", "an", "the", "and", "is", "has", "have", "with", "can", "be", "returns"))


class Form(NamedTuple):
    """One form: its title, its patterns, what it means, and an example that is accepted."""

    title: str
    patterns: tuple[str, ...]
    meaning: str
    example: str


@cache
def forms() -> tuple[Form, ...]:
    """All forms in the order of the grammar; forms that share an example follow each other."""
    found: list[Form] = []
    waiting: list[str] = []
    for line in GRAMMAR.read_text("utf-8").splitlines():
        if line.startswith("//! "):
            waiting.append(line[4:])
        elif line.startswith("//> "):
            for said in waiting:
                head, _, meaning = said.partition(" | ")
                title, _, patterns = head.partition(": ")
                shown = tuple(re.findall(r"`([^`]+)`", patterns))
                found.append(Form(title, shown, meaning.strip(), line[4:].strip()))
            waiting.clear()
    return tuple(found)


@lru_cache(maxsize=64)
def read(text: str) -> Specification:
    """What a text says.

    Raises:
        Refused: the first sentence that is in no form or contradicts something.
    """
    parsed = parse(text)
    others = [each for each in parsed if each.data not in _FUNCTIONS]
    if len(others) == len(parsed):
        return read_resources(parsed)
    if others:
        raise Refused("a text has functions or resources, never both", others[0])
    return Specification(functions=read_functions(parsed))


def specification_of(requirements: str) -> Specification:
    """What requirements say.

    Raises:
        NotUnderstood: with the phrase, the reason, the nearest form and what is accepted.
    """
    try:
        return read(requirements)
    except Refused as refused:
        why = _foreign(requirements) or str(refused)
        lines = tuple(_explained(requirements, refused, why))
        raise NotUnderstood(refused.sentence, why, lines) from None


def _explained(text: str, refused: Refused, why: str) -> Iterator[str]:
    """The sentence with its phrase underlined, the reason, a form, and what is accepted."""
    sentence, start, end = refused.sentence, refused.start, refused.end
    if sentence:
        # A long sentence is cut around its phrase.
        cut = start - 40 if start > 70 else 0
        dots = "…" if len(sentence) > cut + 110 else ""
        yield "…" * bool(cut) + sentence[cut : cut + 110] + dots
        yield " " * (start - cut + bool(cut)) + "^" * max(1, min(end - start, 100))
    yield why

    def likeness(found: tuple[Form, str]) -> float:
        patterns = " ".join(found[0].patterns)
        near = _shared(found[1], sentence) + _shared(patterns, sentence)
        return near + 2 * _shared(patterns, sentence[start:end])

    shown = ((form, each) for form in forms() for each in sentences(form.example))
    form, instead = max(shown, key=likeness)
    yield f"form: {' | '.join(form.patterns)}"
    repaired = _repaired(text, refused)
    yield f"accepted: {repaired}." if repaired else f"for example: {instead}."


def _repaired(text: str, refused: Refused) -> str:
    """The refused sentence, mended, if its text is accepted with this and like repairs; or ""."""
    every = list(sentences(text))
    first = every.index(refused.sentence) if refused.sentence in every else 0
    for _ in range(_MOST_REPAIRS):
        mended = _mended(refused)
        if refused.sentence not in every or mended == refused.sentence:
            break
        every[every.index(refused.sentence)] = mended
        try:
            read(". ".join(every) + ".")
        except Refused as again:
            refused = again
        else:
            return every[first]
    return ""


def _mended(refused: Refused) -> str:
    sentence = refused.sentence
    if refused.repair is not None:
        mended = sentence[: refused.start] + refused.repair + sentence[refused.end :]
        return mended if "(" in mended.split(" ")[0] else mended[:1].upper() + mended[1:]
    for pattern, replacement in _SYNONYMS:
        sentence = re.sub(pattern, replacement, sentence, flags=re.IGNORECASE)
    return re.sub(r" {2,}", " ", sentence).strip()


def _shared(one: str, other: str) -> float:
    """The share of words that two texts have in common, from 0 to 1."""
    first, second = (set(re.findall(r"[a-z]{2,}|[(:]", text.lower())) for text in (one, other))
    return len(first & second) / (len(first | second) or 1)


def _foreign(text: str) -> str:
    """That a text is in another language, and in which; "" where it may be English."""
    found = set(re.findall(r"[^\W\d_]+", text.lower()))
    letters = [letter for letter in text if letter.isalpha()]
    hits = {name: len(found & set(said.split())) for name, said in _FOREIGN.items()}
    name = max(hits, key=hits.__getitem__)
    if letters and sum(letter > "ɏ" for letter in letters) * 2 > len(letters):
        name = "written in another script"
    elif hits[name] <= max(1, len(found & _ENGLISH)):
        return ""
    return f"the language of the offline model is English; this is {name}"
