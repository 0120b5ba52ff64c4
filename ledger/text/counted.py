"""A number with its noun, as a person reads it."""

from __future__ import annotations

from ledger.text.english import plural


def counted(number: int, one: str, many: str = "") -> str:
    """``1 remark``, ``2 remarks``, ``1,204 tokens``; ``many`` where the last word is no noun."""
    return f"{number:,} {one if number == 1 else many or plural(one)}"
