"""The language as a whole: its forms, what a text says, and refusals that show what is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache, partial
from typing import NamedTuple

from assistant.english import foreign_language
from assistant.errors import NotUnderstood
from assistant.providers.offline.functions import read_functions
from assistant.providers.offline.mistakes import nearest, topic
from assistant.providers.offline.parse import GRAMMAR, Refused, parse, sentences
from assistant.providers.offline.resources import read_resources
from assistant.providers.offline.spec import Specification

_FUNCTIONS = ("signature", "raises", "gives", "refuses")
_MOST_REPAIRS = 12


class Form(NamedTuple):
    """One form: its title, its patterns, what it means, and an example that is accepted."""

    title: str
    patterns: tuple[str, ...]
    meaning: str
    example: str


@cache
def forms() -> tuple[Form, ...]:
    """All forms in the order of the grammar."""
    said = re.findall(r"//! (.+?): (.+?)(?: \| (.*))?\n//> (.*)", GRAMMAR.read_text("utf-8"))
    return tuple(
        Form(title, tuple(re.findall(r"`([^`]+)`", patterns)), meaning, example)
        for title, patterns, meaning, example in said
    )


@lru_cache(maxsize=64)
def read(text: str) -> Specification:
    """What a text says; raises Refused for the first sentence in no form, or contradiction."""
    parsed = parse(text)
    others = [each for each in parsed if each.data not in _FUNCTIONS]
    if len(others) == len(parsed):
        return read_resources(parsed)
    if others:
        raise Refused("a text has functions or resources, never both", others[0])
    return Specification(functions=read_functions(parsed))


def specification_of(requirements: str) -> Specification:
    """What requirements say; raises NotUnderstood with the phrase, why, and what is accepted."""
    try:
        return read(requirements)
    except Refused as refused:
        repaired = _repaired(requirements, refused)
        refused = nearest(refused) if repaired else refused
        language = foreign_language(requirements)
        foreign = f"the language of the offline model is English; this is {language}"
        why = foreign if language else str(refused)
        lines = tuple(_explained(refused, why, repaired))
        raise NotUnderstood(refused.sentence, why, lines) from None


def _explained(refused: Refused, why: str, repaired: str) -> Iterator[str]:
    """The sentence with its phrase underlined, the reason, a form, and what is accepted."""
    sentence, start, end = refused.sentence, refused.start, refused.end
    if sentence:
        # A long sentence is cut around its phrase.
        cut = start - 40 if start > 70 else 0
        dots = "…" if len(sentence) > cut + 110 else ""
        yield "…" * bool(cut) + sentence[cut : cut + 110] + dots
        yield " " * (start - cut + bool(cut)) + "^" * max(1, min(end - start, 100))
    yield why
    about = topic(sentence)
    # The type that the phrase is in; or the sentence, without what is said of types.
    inside = re.search(r"\([^()]*$", sentence[:start])
    subject = sentence[inside.start() :] if inside else re.sub(r"\([^()]*\)", "()", sentence)
    said = f"{sentence[start:end]} {why if inside else ''}"
    shown = [(each, max(sentences(each.example), key=partial(_likeness, each))) for each in forms()]
    alike = [each for each in shown if topic(each[1]) == about]
    form, instead = max(alike or shown[:1], key=lambda it: _likeness(it[0], said, subject))
    yield f"form: {' | '.join(form.patterns)}"
    yield f"accepted: {repaired}." if repaired else f"for example: {instead}."


def _repaired(text: str, refused: Refused) -> str:
    """The refused sentence, mended until it is accepted with what can be mended; or ""."""
    every = sentences(text)
    first = every.index(refused.sentence) if refused.sentence in every else -1
    for _ in range(_MOST_REPAIRS):
        refused = nearest(refused)
        places = (i for i, each in enumerate(every) if refused.sentence in sentences(each))
        place = next(places, first)
        if refused.repair is not None:
            every[place] = every[place].replace(refused.sentence, _mended(refused), 1)
        elif place == first:
            break
        else:
            every[place] = ""  # what is wrong with another sentence is said when this one is mended
        try:
            read(" ".join(f"{each}." for each in every if each))
        except Refused as again:
            refused = again
        else:
            return every[first]
    return ""


def _mended(refused: Refused) -> str:
    sentence = refused.sentence
    mended = f"{sentence[: refused.start]}{refused.repair}{sentence[refused.end :]}".strip()
    return mended[:1].upper() + mended[1:] if sentence[:1].isupper() else mended


def _likeness(form: Form, *texts: str) -> float:
    """The shares of words that the patterns of a form have in common with texts, added up."""
    every = (" ".join(form.patterns), *texts)
    own, *others = (set(re.findall(r"[a-z]{2,}|[(:]", each.lower())) for each in every)
    return sum(len(own & each) / (len(own | each) or 1) for each in others)
