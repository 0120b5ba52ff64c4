"""The documented forms, read from the comments of the grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.providers.offline.parse import GRAMMAR, sentences


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


@cache
def forms() -> tuple[Form, ...]:
    """All forms in the order of the grammar; forms that share an example follow each other."""
    found: list[Form] = []
    waiting: list[str] = []
    for line in GRAMMAR.read_text(encoding="utf-8").splitlines():
        if line.startswith("//! "):
            waiting.append(line[4:])
        elif line.startswith("//> "):
            found += [_form(said, line[4:].strip()) for said in waiting]
            waiting.clear()
    return tuple(found)


def nearest_forms(sentence: str, phrase: str) -> list[Form]:
    """The two forms that a sentence comes nearest to; the refused phrase counts twice."""
    return sorted(forms(), key=lambda form: -_likeness(form, sentence, phrase))[:2]


def _form(said: str, example: str) -> Form:
    head, _, meaning = said.partition(" | ")
    title, _, patterns = head.partition(": ")
    return Form(title, tuple(re.findall(r"`([^`]+)`", patterns)), meaning.strip(), example)


def _likeness(form: Form, sentence: str, phrase: str) -> float:
    patterns = " ".join(form.patterns)
    near = _shared(form.nearest(sentence), sentence) + _shared(patterns, sentence)
    return near + 2 * _shared(patterns, phrase)


def _shared(one: str, other: str) -> float:
    """The share of words that two texts have in common, from 0 to 1."""
    first, second = _words(one), _words(other)
    return len(first & second) / (len(first | second) or 1)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+|[(:]", text.lower())) - {"a", "an", "the", "and"}
