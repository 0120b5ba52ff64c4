"""A number with its noun, as a person reads it."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """``1 remark``, ``2 remarks``, ``1,204 tokens``.

    Args:
        number: how many.
        one: the noun for one.
        many: for all other numbers; with an s where it is left out.
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
