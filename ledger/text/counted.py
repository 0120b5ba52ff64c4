"""A number with its noun, as a person reads it."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """``1 remark``, ``2 remarks``, ``1,204 tokens``; ``many`` is the plural without an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
