"""A number with its noun, as a person reads it."""

from __future__ import annotations

import re


def counted(number: int, one: str, many: str = "") -> str:
    """``1 remark``, ``2 remarks``, ``1,204 tokens``; ``many`` where ``regular_plural`` is wrong."""
    return f"{number:,} {one if number == 1 else many or regular_plural(one)}"


def regular_plural(noun: str) -> str:
    """The plural of a noun that follows the rules of spelling alone: ``cities``, ``boxes``."""
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return noun + ("es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else "s")
