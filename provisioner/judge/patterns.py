"""Regular expressions that may be matched outside of the sandbox, against text from inside."""

from __future__ import annotations

import re

#: A text from the sandbox is looked at up to here.
TEXT = 2000


def is_quick(pattern: str) -> bool:
    """Whether matching takes no more than the square of the text's length, whatever the text is.

    That is so with one repetition at most, and none of a group.
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    bare = re.sub(r"\\.", "", pattern, flags=re.DOTALL)
    repetitions = sum(bare.count(sign) for sign in "*+{?")
    return repetitions == 0 or (repetitions == 1 and "(" not in bare)


def found(pattern: str, text: str) -> bool:
    """Whether a quick pattern is found in a text."""
    return re.search(pattern, text[:TEXT]) is not None
