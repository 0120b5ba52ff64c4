"""Text from the sandbox made fit for a terminal and a report."""

from __future__ import annotations

#: Control characters and what turns the direction of writing; a new line and a tab may stay.
_UNFIT = {
    *range(0x20),
    *range(0x7F, 0xA0),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *(0x200E, 0x200F, 0x2028, 0x2029),
} - {ord("\n"), ord("\t")}
_TABLE = dict.fromkeys(_UNFIT, "\N{REPLACEMENT CHARACTER}")


def printable(text: str) -> str:
    """The text without what could move a cursor, clear a screen or write over a line."""
    return text.replace("\r\n", "\n").translate(_TABLE)
