"""Forms of the language, read from the comments of the grammar, and refusals that show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from assistant.providers.offline.parse import GRAMMAR, Refused, sentences

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
    (r"\b(an?) (optional|unique|secret) ([^(,]+)\(([^()]*)\)", r"\1 \3(\4, \2)"),
    (r"\bsearched by (?=[a-z])(?!a part)(?:the )?", "searched by a part of the "),
    (r"(?<![=<>!])=(?!=)", "=="),
    (r"\breturn\b", "returns"),
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


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its title, its patterns, what it means, and an example that is accepted."""

    title: str
    patterns: tuple[str, ...]
    meaning: str
    example: str

    def nearest(self, sentence: str) -> str:
        """The sentence of the example that shares most words with another sentence."""
        return max(sentences(self.example), key=lambda each: _shared(each, sentence))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is refused."""

    sentence: str
    start: int  # the phrase in the sentence
    end: int
    why: str
    patterns: tuple[str, ...]  # of the nearest forms
    instead: str  # a sentence that is accepted
    repaired: bool = False  # it is the refused one, mended

    def lines(self) -> Iterator[str]:
        """The sentence with its phrase underlined, the reason, and the rest."""
        # A long sentence is cut around its phrase.
        cut = max(0, self.start - 40) if self.start > 70 else 0
        if self.sentence:
            dots = "…" if len(self.sentence) > cut + 110 else ""
            yield "…" * bool(cut) + self.sentence[cut : cut + 110] + dots
            marks = "^" * max(1, min(self.end - self.start, 100))
            yield " " * (self.start - cut + bool(cut)) + marks
        yield self.why
        yield from (f"form: {pattern}" for pattern in self.patterns)
        yield f"{'accepted' if self.repaired else 'for example'}: {self.instead}."


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


def explain(text: str, refused: Refused, read: Callable[[str], object]) -> Refusal:
    """The refusal of a text; ``read`` decides whether a repaired text is accepted."""
    sentence, phrase = refused.sentence, refused.sentence[refused.start : refused.end]

    def likeness(form: Form) -> float:
        patterns = " ".join(form.patterns)
        near = _shared(form.nearest(sentence), sentence) + _shared(patterns, sentence)
        return near + 2 * _shared(patterns, phrase)

    near = sorted(forms(), key=likeness, reverse=True)[:2]
    if foreign := _foreign(text):
        why = f"the language of the offline model is English; this is {foreign}"
        return Refusal(sentence, 0, len(sentence), why, (), near[0].nearest(sentence))
    patterns = tuple(" | ".join(form.patterns[:3]) for form in near)
    repaired = _repaired(text, refused, read)
    instead = repaired or near[0].nearest(sentence)
    start, end = refused.start, refused.end
    return Refusal(sentence, start, end, str(refused), patterns, instead, bool(repaired))


def _repaired(text: str, refused: Refused, read: Callable[[str], object]) -> str:
    """The refused sentence, mended, if its text is accepted with this and like repairs; or ""."""
    every = list(sentences(text))
    first = every.index(refused.sentence) if refused.sentence in every else 0
    for _ in range(_MOST_REPAIRS):
        place = every.index(refused.sentence) if refused.sentence in every else None
        mended = _mended(refused)
        if place is None or mended == refused.sentence:
            return ""
        every[place] = mended
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
    first, second = (
        set(re.findall(r"[a-z]+|[(:]", text.lower())) - {"a", "an", "the", "and"}
        for text in (one, other)
    )
    return len(first & second) / (len(first | second) or 1)


def _foreign(text: str) -> str:
    """The language of a text that is not English; "" where it may be English."""
    found = set(re.findall(r"[^\W\d_]+", text.lower()))
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(letter > "ɏ" for letter in letters) * 2 > len(letters):
        return "written in another script"
    hits = {name: len(found & set(said.split())) for name, said in _FOREIGN.items()}
    name = max(hits, key=hits.__getitem__)
    return name if hits[name] > max(1, len(found & _ENGLISH)) else ""
