"""Sentences of the offline language as trees: parsed whole and in one way only, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput
from lark.lexer import TerminalDef

GRAMMAR = Path(__file__).with_name("grammar.lark")
LONGEST = 20_000  # characters of a whole text
_LONGEST_SENTENCE = 5_000
_FUNCTION = re.compile(r"[A-Za-z_]\w*(?:\(| raises )")
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence: a rule with its parts, or a word.

    Attributes:
        data: name of the rule or of the terminal.
        text: what the part stands for, as it was written.
        start, end: where it is in the sentence.
    """

    data: str
    text: str
    start: int
    end: int
    children: tuple[Part, ...] = ()


class Refused(Exception):
    """A text is not accepted; the text of the error says why.

    Attributes:
        sentence: the sentence as it was written, without its full stop.
        start, end: the phrase in it.
        repair: what to write in place of the phrase, where that is known.
    """

    def __init__(self, why: str, at: Part | None = None, repair: str | None = None) -> None:
        super().__init__(why)
        self.repair = repair
        self.sentence = ""
        self.start, self.end = (at.start, at.end) if at else (0, 0)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One parsed sentence; ``tree.data`` names its form."""

    text: str
    tree: Part

    def refused(self, why: str, at: Part | None = None, repair: str | None = None) -> Refused:
        """The refusal of this sentence or of a part of it."""
        found = Refused(why, at or self.tree, repair)
        found.sentence = self.text
        return found


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text without their full stops; blanks are single."""
    plain = " ".join(text.split())
    # A full stop inside double quotes ends nothing.
    hidden = _QUOTED.sub(lambda match: "q" * len(match[0]), plain)
    start = 0
    for stop in re.finditer(r"\.(?= |$)|$", hidden):
        found = plain[start : stop.start()].strip()
        start = stop.end()
        if found:
            yield found


def parse(text: str) -> list[Sentence]:
    """All sentences of a text.

    Raises:
        Refused: names the first sentence that is in no form, or in two.
    """
    if len(text) > LONGEST:
        raise Refused(f"it has {len(text):,} characters, {LONGEST:,} are allowed")
    found = [parse_sentence(sentence) for sentence in sentences(text)]
    if not found:
        raise Refused("there is no sentence in it")
    return found


def parse_sentence(text: str) -> Sentence:
    """One sentence.

    Raises:
        Refused: it is in no form, or in two.
    """
    function = _FUNCTION.match(text) is not None
    lowered = text if function else text[:1].lower() + text[1:]
    try:
        if len(text) > _LONGEST_SENTENCE:
            raise Refused("the sentence is too long")
        tree = _parser("function_sentence" if function else "sentence").parse(lowered)
        twice = next(iter(tree.find_data("_ambig")), None)
        if twice is not None:
            raise Refused("it can be read in two ways", _part(twice, lowered))
    except UnexpectedInput as error:
        refused = _unexpected(error, lowered)
        refused.sentence = text
        raise refused from None
    except Refused as refused:
        refused.sentence = text
        raise
    return Sentence(text, _part(tree, lowered))


def _part(node: Tree[Token] | Token, text: str) -> Part:
    place = node if isinstance(node, Token) else node.meta
    start = getattr(place, "start_pos", None) or 0
    end = getattr(place, "end_pos", None) or 0
    if isinstance(node, Token):
        return Part(node.type, str(node), start, end)
    parts = tuple(_part(each, text) for each in node.children)
    return Part(str(node.data), text[start:end], start, end, parts)


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


def _unexpected(error: UnexpectedInput, text: str) -> Refused:
    """Where a sentence leaves every form, and what could stand there."""
    if isinstance(error, UnexpectedEOF):
        refused = Refused(f"it ends too early; {_wanted(error.expected)}")
        refused.start, refused.end = len(text), len(text)
        return refused
    start = error.pos_in_stream or 0
    match = re.match(r'"[^"]*"?|[\w.%-]+|.', text[start:])
    phrase = match[0] if match else ""
    if isinstance(error, UnexpectedCharacters):
        # The lexer stops at a character that no word has; the whole word is meant.
        start -= len(re.search(r"[\w-]*$", text[:start])[0])  # type: ignore[index]
        phrase = text[start:].split(" ")[0].rstrip(",)") or text[start : start + 1]
        refused = Refused(f"{phrase!r} is no word of the language")
    else:
        expected: set[str] = getattr(error, "expected", None) or set()
        refused = Refused(f"{phrase!r} cannot stand here; {_wanted(expected)}")
    refused.start, refused.end = start, start + len(phrase)
    return refused


def _wanted(expected: Iterable[str]) -> str:
    """The words that may follow; a name stands for all words of its kind."""
    names = {"WORD": "a name", "NUMERAL": "a number", "QUOTED": 'a "text"', "IDENTIFIER": "a name"}
    literals = {terminal.name: terminal.pattern.value for terminal in _terminals()}
    words = {names.get(name) or literals.get(name, name) for name in expected}
    if "a name" in words:
        words -= _SOFT
    told = sorted(word if word in names.values() else f"'{word}'" for word in words - {""})
    few = ", ".join(told[:6]) + (" or more" if len(told) > 6 else "")
    return f"expected: {few}" if told else "nothing may follow"


# Words that have another use as well and may be part of a name.
_SOFT = set(
    re.findall(r"[a-z-]+", GRAMMAR.read_text(encoding="utf-8").split("!soft:")[1].split("OF:")[0])
)


@cache
def _terminals() -> tuple[TerminalDef, ...]:
    return (*_parser("sentence").terminals, *_parser("function_sentence").terminals)
