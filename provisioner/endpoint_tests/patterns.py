"""Sample texts of plain regular expressions, as OpenAPI documents have them."""

from __future__ import annotations

import re
import warnings
from importlib import import_module
from typing import Any

_LONGEST_REPEAT = 50
_ALPHABET = "aA1-_ .~"


class _TooHard(Exception):
    """Look-around, back references and the like."""


def sample(pattern: str) -> str | None:
    """Make a short text that the pattern matches, None where none is found easily."""
    # The standard library's own parser; it has no public name since Python 3.11.
    parser = import_module("re._parser")
    try:
        with warnings.catch_warnings():
            # Of a notation that may change its meaning in a later Python; see `finds`.
            warnings.simplefilter("ignore", FutureWarning)
            text = _sequence(parser.parse(pattern))
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


def _sequence(tokens: Any) -> str:
    return "".join(_token(str(operation), argument) for operation, argument in tokens)


def _token(operation: str, argument: Any) -> str:
    if operation == "LITERAL":
        return chr(argument)
    if operation == "NOT_LITERAL":
        return next(one for one in _ALPHABET if one != chr(argument))
    if operation == "ANY":
        return "a"
    if operation == "AT":
        return ""
    if operation == "IN":
        return _member(argument)
    if operation in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, inner = argument
        times = max(int(least), min(int(most), 1))
        if times > _LONGEST_REPEAT:
            raise _TooHard
        return _sequence(inner) * times
    if operation == "SUBPATTERN":
        return _sequence(argument[-1])
    if operation == "BRANCH":
        return _sequence(argument[1][0])
    raise _TooHard


def _member(choices: Any) -> str:
    """One character of a set."""
    first, value = str(choices[0][0]), choices[0][1]
    if first == "LITERAL":
        return chr(value)
    if first == "RANGE":
        return chr(value[0])
    if first == "CATEGORY":
        return {"CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " "}.get(
            str(value), "-"
        )
    if first == "NEGATE":
        excluded = re.compile("[" + "".join(_escaped(one) for one in choices[1:]) + "]")
        found = next((one for one in _ALPHABET if not excluded.match(one)), None)
        if found is None:
            raise _TooHard
        return found
    raise _TooHard


def _escaped(choice: Any) -> str:
    operation, value = str(choice[0]), choice[1]
    if operation == "LITERAL":
        return re.escape(chr(value))
    if operation == "RANGE":
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    classes = {"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s"}
    if str(value) in classes:
        return classes[str(value)]
    raise _TooHard
