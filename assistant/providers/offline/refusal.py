"""A refusal in plain words: the phrase, the reason, the nearest forms, what would be accepted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.providers.offline.forms import nearest_forms
from assistant.providers.offline.parse import Refused, sentences

_MOST_REPAIRS = 12
# How people say what the language says otherwise; a repair is shown only if it is accepted.
_SYNONYMS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"[“”„«»]", '"'),
        (r"(?<=\d),(?=\d{3}\b)", ""),
        (
            r"^(?:please )?(?:create|build|make|write|develop|implement) (?:an? |the )?"
            r"(?:rest(?:ful)? )?(?:api|service)\b",
            "Create a REST API",
        ),
        (r"\b(?:updated|edited|modified)\b", "changed"),
        (r"\b(?:read|retrieved|viewed|shown|got)\b", "fetched"),
        (r"\b(?:removed|cancelled)\b", "deleted"),
        (r"\badded\b", "created"),
        (r"\b(?:string|str|varchar)\b", "text"),
        (r"\b(?:integer|int)\b", "whole number"),
        (r"\b(?:float|decimal|double)\b", "number"),
        (r"\b(?:money|currency)\b", "amount"),
        (r"\b(?:boolean|bool)\b", "yes or no"),
        (r"\((?:an? )?e-?mail(?: address)?\b", "(e-mail address"),
        (r"\((?:an? )?(?:url|link|uri)\b", "(web address"),
        (r"\b(?:datetime|timestamp)\b", "date and time"),
        (r"\blists? of (?:texts|strings)\b", "list of text"),
        (r"\bbetween (-?[\d.]+) and (-?[\d.]+)", r"from \1 to \2"),
        (r"(?<=\d)\s*(?:-|\u2013|\.\.)\s*(?=\d)", " to "),
        (r"\bnumber up to ", "number at most "),
        (r"\b(?:maximum|max) (?:of )?(?=-?\d)", "at most "),
        (r"\b(?:minimum|min) (?:of )?(?=-?\d)", "at least "),
        (r"\bnumber (?=-?\d+ to )", "number from "),
        (r"^(?:each|every) ", "A "),
        (r"^(?:an? |the )?(.+?) (?:must|should|can|may) have\b", r"A \1 has"),
        (r"\bnullable\b", "optional"),
        (r",? (?:required|mandatory)(?=[,)])", ""),
        (r"\b(an?) (optional|unique|secret) ([^(,]+)\(([^()]*)\)", r"\1 \3(\4, \2)"),
        (r"\bsearched by (?=[a-z])(?!a part)(?:the )?", "searched by a part of the "),
        (r"\bpaginated by (\d+)", r"listed in pages of \1"),
        (r"\b(?:true)\b", "yes"),
        (r"\b(?:false)\b", "no"),
        (r"(?<![=<>!])=(?!=)", "=="),
        (r"\breturn\b", "returns"),
    )
)
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
class Refusal:
    """Why a text is refused.

    Attributes:
        sentence: the refused one, as it was written.
        start, end: the phrase in it.
        why: the reason.
        forms: patterns of the forms that come nearest.
        instead: a sentence that is accepted; with ``repaired``, in this very text.
    """

    sentence: str
    start: int
    end: int
    why: str
    forms: tuple[str, ...]
    instead: str
    repaired: bool

    def lines(self) -> list[str]:
        """For people: the sentence, the phrase underlined, and the rest."""
        # A long sentence is cut around its phrase.
        cut = max(0, self.start - 40) if self.start > 70 else 0
        shown = ("…" if cut else "") + self.sentence[cut : cut + 110]
        dots = "…" if len(self.sentence) > cut + 110 else ""
        marks = " " * (self.start - cut + bool(cut)) + "^" * max(1, min(self.end - self.start, 100))
        told = [shown + dots, marks] if self.sentence else []
        told.append(self.why)
        told += [f"form: {form}" for form in self.forms]
        if self.instead:
            told.append(f"{'accepted' if self.repaired else 'for example'}: {self.instead}.")
        return told


def explain(text: str, refused: Refused, read: Callable[[str], object]) -> Refusal:
    """The refusal of a text; ``read`` decides whether a repaired text is accepted."""
    sentence, start, end = refused.sentence, refused.start, refused.end
    foreign = _foreign(text)
    if foreign:
        why = f"the language of the offline model is English; this is {foreign}"
        near = nearest_forms(sentence, "")
        return Refusal(sentence, 0, len(sentence), why, (), near[0].nearest(sentence), False)
    near = nearest_forms(sentence, sentence[start:end])
    patterns = tuple(" | ".join(form.patterns[:3]) for form in near)
    repaired = _repaired(text, refused, read)
    instead = repaired or near[0].nearest(sentence)
    return Refusal(sentence, start, end, str(refused), patterns, instead, bool(repaired))


def _repaired(text: str, refused: Refused, read: Callable[[str], object]) -> str:
    """The refused sentence, mended, if its text is accepted with this and like repairs; or ""."""
    every = list(sentences(text))
    first = every.index(refused.sentence) if refused.sentence in every else None
    for _ in range(_MOST_REPAIRS):
        if first is None or refused.sentence not in every:
            return ""
        place = every.index(refused.sentence)
        sentence = every[place]
        mended = next((each for each in _candidates(sentence, refused) if each != sentence), "")
        if not mended:
            return ""
        every[place] = mended
        try:
            read(". ".join(every) + ".")
        except Refused as again:
            refused = again
        else:
            return every[first]
    return ""


def _candidates(sentence: str, refused: Refused) -> list[str]:
    found = []
    if refused.repair is not None:
        mended = sentence[: refused.start] + refused.repair + sentence[refused.end :]
        found.append(mended if "(" in mended.split(" ")[0] else mended[:1].upper() + mended[1:])
    spoken = sentence
    for pattern, replacement in _SYNONYMS:
        spoken = pattern.sub(replacement, spoken)
    return [*found, re.sub(r" {2,}", " ", spoken).strip()]


def _foreign(text: str) -> str:
    """The language of a text that is not English; "" where it may be English."""
    found = set(re.findall(r"[^\W\d_]+", text.lower()))
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(letter > "ɏ" for letter in letters) * 2 > len(letters):
        return "written in another script"
    english = len(found & _ENGLISH)
    name, hits = max(
        ((name, len(found & set(said.split()))) for name, said in _FOREIGN.items()),
        key=lambda each: each[1],
    )
    return name if hits > english and hits > 1 else ""
