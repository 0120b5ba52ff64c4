"""A rule: a function that is known, the words that ask for it, and cases that hold for it.

The functions are ordinary code, checked like all other code here. What is delivered is their
source with the names of the requested signature; nothing is ever looked up by its arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Words that ask for nothing by themselves.
PLAIN_WORDS = frozenset({
    "a", "an", "the", "of", "and", "or", "in", "on", "to", "for", "from", "by", "with", "as",
    "at", "is", "are", "be", "it", "its", "this", "that", "which", "what", "return",
    "returns", "returning", "returned", "compute", "computes", "calculate", "calculates",
    "calculated", "determine", "determines", "find", "finds", "get", "gets", "give", "gives",
    "given", "take", "takes", "accept", "accepts", "produce", "produces", "output", "outputs",
    "input", "inputs", "write", "create", "implement", "make", "define", "build", "provide",
    "develop", "function", "method", "python", "code", "main", "py", "file", "module",
    "please", "simple", "pure", "called", "named", "name", "should", "must", "can", "will",
    "has", "have", "there", "result", "results", "value", "argument", "arguments",
    "parameter", "parameters", "whether", "if", "when", "where", "true", "false", "otherwise",
    "else", "then", "does", "do", "e", "g", "i", "let", "s", "your", "each",
    "every", "any", "all", "some", "also", "into", "than", "single", "following", "examples",
    "example", "doctest", "doctests", "int", "str", "float", "bool", "list", "string",
    "strings", "integer", "integers", "number", "numbers", "text", "texts", "element",
    "elements", "item", "items", "values", "words", "word", "character", "characters",
    "letter", "letters", "none", "tell", "tells", "say", "says", "turn", "turns", "check",
    "checks", "test", "tests", "report", "reports", "whole", "two", "both", "one", "new",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """``function(*arguments)`` is ``expected``, or raises ValueError."""

    arguments: tuple[Any, ...]
    expected: Any = None
    raises: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A function that is known.

    Attributes:
        function: what is delivered.
        needs: of each group one word at least must be said, as a stem: ``factorial``, ``revers``.
        knows: stems of further words that may be said.
        cases: facts about the function, at its edges above all.
        largest: the largest whole number for which it is evaluated to verify an example.
    """

    function: Callable[..., Any]
    needs: tuple[str, ...]
    knows: str
    cases: tuple[Case, ...]
    largest: int = 10**15

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self.knows.split()).union(*(group.split("|") for group in self.needs))

    def asked_for(self, words: frozenset[str], names: frozenset[str]) -> bool:
        """Whether the words, of which some may be names only, ask for this and nothing else."""
        for group in self.needs:
            if not any(_has_stem(word, stem) for stem in group.split("|") for word in words):
                return False
        return all(
            any(_has_stem(word, stem) for stem in self.known)
            for word in words - PLAIN_WORDS - names
        )


def _has_stem(word: str, stem: str) -> bool:
    """A stem of four letters or more matches what starts with it, a shorter one itself."""
    return word == stem or (len(stem) > 3 and word.startswith(stem))


def case(*arguments: Any, is_: Any) -> Case:
    return Case(arguments, is_)


def refused(*arguments: Any) -> Case:
    return Case(arguments, raises=True)
