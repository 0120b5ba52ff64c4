"""Sentences of the offline language as trees: parsed whole and in one way only, or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedEOF, UnexpectedInput

GRAMMAR = Path(__file__).with_name("grammar.lark")
_LONGEST = 20_000  # characters of a whole text
_LONGEST_SENTENCE = 5_000
_FUNCTION = re.compile(r"[A-Za-z_]\w*(?:\(| raises )")
# A full stop inside double quotes, or inside a number, ends nothing.
_SENTENCE = re.compile(r'(?:"[^"]*"|[^.]|\.(?! |$|[A-Z]))+')


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence: a rule with its parts, or a word."""

    data: str  # name of the rule or of the terminal
    text: str  # what it stands for, in small letters at the start of a sentence
    sentence: str  # the whole sentence as it was written, without its full stop
    start: int  # where the part is in it
    end: int
    children: tuple[Part, ...] = ()


class Refused(Exception):
    """A text is not accepted; the text of the error says why."""

    def __init__(self, why: str, at: Part | None = None, repair: str | None = None) -> None:
        super().__init__(why)
        self.repair = repair  # what to write in place of the phrase, where that is known
        self.sentence = at.sentence if at else ""
        self.start, self.end = (at.start, at.end) if at else (0, 0)  # the phrase


class Unread(Refused):
    """A sentence, or a name in it, is in no form; what was meant may be known all the same."""


def refuse(condition: object, why: str, at: Part | None, repair: str | None = None) -> None:
    """Raise Refused where a condition holds."""
    if condition:
        raise Refused(why, at, repair)


def sentences(text: str) -> list[str]:
    """The sentences of a text without their full stops; blanks are single."""
    found = _SENTENCE.findall(" ".join(text.split()))
    return [each.strip() for each in found if each.strip()]


def parse(text: str) -> list[Part]:
    """All sentences of a text, each named by its form; raises Refused for the first in none."""
    long = f"it has {len(text):,} characters, {_LONGEST:,} are allowed"
    refuse(len(text) > _LONGEST, long, None)
    found = [parse_sentence(sentence) for sentence in sentences(text)]
    refuse(not found, "there is no sentence in it", None)
    return found


def parse_sentence(text: str) -> Part:
    """One sentence; raises Refused where it is in no form, or in two."""
    whole = Part("", text, text, 0, len(text))
    refuse(len(text) > _LONGEST_SENTENCE, "the sentence is too long", whole)
    function = _FUNCTION.match(text) is not None
    lowered = text if function else text[:1].lower() + text[1:]
    parser = _parser("function_sentence" if function else "sentence")
    try:
        tree = parser.parse(lowered)
    except UnexpectedInput as error:
        raise _unexpected(error, lowered, text) from None
    refuse(any(tree.find_data("_ambig")), "it can be read in two ways", whole)
    return _part(tree, lowered, text)


def is_type(text: str) -> bool:
    """Whether a text is what may stand in the parentheses after a field."""
    try:
        return bool(_parser("type").parse(text))
    except UnexpectedInput:
        return False


def _part(node: Tree[Token] | Token, text: str, sentence: str) -> Part:
    place, parts = getattr(node, "meta", node), getattr(node, "children", ())
    start, end = (getattr(place, name, None) or 0 for name in ("start_pos", "end_pos"))
    data = node.type if isinstance(node, Token) else node.data
    children = tuple(_part(each, text, sentence) for each in parts)
    return Part(str(data), text[start:end], sentence, start, end, children)


@cache
def _parser(start: str) -> Lark:
    return Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        start=start,
        parser="earley",
        lexer="basic",
        ambiguity="explicit",
        propagate_positions=True,
        maybe_placeholders=False,
    )


def _unexpected(error: UnexpectedInput, text: str, sentence: str) -> Refused:
    """Where a sentence leaves every form: at a word, or at its end."""
    place = len(text) if isinstance(error, UnexpectedEOF) else error.pos_in_stream or 0
    words = re.finditer(r'"[^"]*"?|[^\s,();:]+|\S|$', text)
    start, end = next(word.span() for word in words if word.end() > place or not word[0])
    phrase = text[start:end]
    why = f"{phrase!r} cannot stand here" if phrase else "it ends too early"
    return Unread(why, Part("", phrase, sentence, start, end))
