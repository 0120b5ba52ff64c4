"""English as far as the offline model needs it: nouns, articles, and texts in other languages."""

from __future__ import annotations

import re

from ledger.text.counted import regular_plural

_IRREGULAR = {
    **{"person": "people", "child": "children", "man": "men", "woman": "women", "mouse": "mice"},
    **{"foot": "feet", "tooth": "teeth", "goose": "geese", "datum": "data", "medium": "media"},
    **{"analysis": "analyses", "basis": "bases", "crisis": "crises", "diagnosis": "diagnoses"},
    **{"criterion": "criteria", "quiz": "quizzes", "index": "indexes"},
    **{f"{stem}f": f"{stem}ves" for stem in ("hal", "lea", "shel", "loa", "thie", "wol", "cal")},
    **{f"{stem}fe": f"{stem}ves" for stem in ("li", "kni", "wi")},
    **{f"{stem}o": f"{stem}oes" for stem in ("potat", "tomat", "her", "ech")},
}
_SINGULAR_IN_S = re.compile(
    r"ss$|^(?:lens|news|gas|canvas|atlas|bias|alias|chaos|cosmos|bus|plus)$"
)
# Status or menus, basis or taxis, and the same word for one and for many.
_EITHER = re.compile(r"(?:us|is)$|^(?:series|species|means|sales)$")
_SPOKEN_VOWEL = re.compile(r"hour|honest|honour|heir|(?!uni|use|eu|ew|one)[aeiou]")
# Abbreviations, and words that are spoken in two ways.
_EITHER_ARTICLE = re.compile(r"(?!hour|honest|honour|heir)(?:u|eu|ew|on|h|[^aeiou]+$|.{1,2}$)")
_STOP_WORDS = {
    "German": "ein eine einen der die das und ist hat haben mit von für kann können werden soll",
    "French": "un une le la les des et est avec pour peut peuvent être doit du dans sur",
    "Spanish": "un una el la los las y es con para puede pueden ser debe del en tiene",
    "Italian": "un una il lo la gli e è con per può possono essere deve di che ha",
    "Dutch": "een het de en is met van voor kan kunnen worden moet heeft op",
    "Portuguese": "um uma o os as e é com para pode podem ser deve do da tem",
}
_ENGLISH = frozenset(("a", "an", "the", "and", "is", "has", "have", "with", "can", "be", "returns"))


def plural(name: str) -> str:
    """The plural of a noun, by its last word: ``order-lines``, ``major issues``."""
    start, last = re.findall(r"(.*?)([^- _]+)$", name)[0]
    if last in _IRREGULAR:
        return f"{start}{_IRREGULAR[last]}"
    return regular_plural(name)


def singular(name: str) -> str:
    """The noun of which this is the plural; itself where it is none."""
    if is_plural(name) is False:
        return name
    ends = [*((many, one) for one, many in _IRREGULAR.items()), ("ies", "y"), ("es", ""), ("s", "")]
    found = (name.removesuffix(many) + one for many, one in ends if name.endswith(many))
    return next((one for one in found if plural(one) == name and is_plural(one) is False), name)


def is_plural(name: str) -> bool | None:
    """Whether the last word is in the plural; None where its letters leave it open."""
    last = re.split("[- _]", name)[-1]
    if last in _IRREGULAR.values():
        return True
    if _SINGULAR_IN_S.search(last):
        return False
    return None if _EITHER.search(last) else last.endswith("s")


def article(name: str) -> str:
    """``an`` for an order, ``a`` for a user: as its first letters are mostly spoken."""
    return "an" if _SPOKEN_VOWEL.match(name) else "a"


def takes_either_article(name: str) -> bool:
    """Whether the first letters leave open which article it takes."""
    return _EITHER_ARTICLE.match(re.split("[- _]", name)[0]) is not None


def foreign_language(text: str) -> str:
    """The language that a text is in, such as ``German``; "" where it may be English."""
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(letter > "ɏ" for letter in letters) * 2 > len(letters):
        return "written in another script"
    found = set(re.findall(r"[^\W\d_]+", text.lower()))
    hits = {name: len(found & set(said.split())) for name, said in _STOP_WORDS.items()}
    name = max(hits, key=hits.__getitem__)
    return name if hits[name] > max(1, len(found & _ENGLISH)) else ""
