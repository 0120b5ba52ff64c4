"""Sample texts of plain regular expressions, as OpenAPI documents have them."""

from __future__ import annotations

import re
import warnings
from importlib import import_module
from typing import Any

_LONGEST_REPEAT = 50
_CHARACTERS = "aA1-_ .~" + "".join(map(chr, range(0x3000)))  # a set's member, in this order


class _TooHard(Exception):
    """Look-around, back references and the like."""


def sample(pattern: str) -> str | None:
    """Make a short text that the pattern matches, None where none is found easily."""
    try:
        with warnings.catch_warnings():
            # Of a notation that may change its meaning in a later Python; see `finds`.
            warnings.simplefilter("ignore", FutureWarning)
            text = _text(_part_of_re("_parser").parse(pattern))
    except (re.error, _TooHard, RecursionError, OverflowError):
        return None
    return text if finds(pattern, text) else None


def finds(pattern: str, text: str) -> bool | None:
    """Whether the pattern is found in the text, None where it is no pattern of Python's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return re.search(pattern, text) is not None
    except (re.error, RecursionError, OverflowError):
        return None


def _part_of_re(name: str) -> Any:
    """The standard library's own parser or compiler; without a public name since Python 3.11."""
    return import_module(f"re.{name}")


def _text(tokens: Any) -> str:
    return "".join(_part(token) for token in tokens)


def _part(token: Any) -> str:
    operation, argument = str(token[0]), token[1]
    match operation:
        case "LITERAL":
            return chr(argument)
        case "AT":
            return ""
        case "ANY" | "IN" | "NOT_LITERAL":
            parser = _part_of_re("_parser")
            alone = parser.SubPattern(parser.State(), [token])
            pattern: re.Pattern[str] = _part_of_re("_compiler").compile(alone)
            for character in _CHARACTERS:
                if pattern.fullmatch(character):
                    return character
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, most, inner = argument
            times = max(int(least), min(int(most), 1))
            if times <= _LONGEST_REPEAT:
                return _text(inner) * times
        case "SUBPATTERN":
            return _text(argument[-1])
        case "BRANCH":
            return _text(argument[1][0])
    raise _TooHard
