"""Lines fit for a terminal's width: broken between words, never inside one."""

from __future__ import annotations

import shutil
import textwrap
from typing import TextIO

# Lines that a person copies; a terminal breaks them without putting anything in between.
_COMMANDS = ("  try ", "  stop ", "  again ", "  resume ")
_LABEL = 11  # characters before the words of a labelled line
_QUOTED = f"{' ' * _LABEL}| "


def fit(line: str, stream: TextIO) -> list[str]:
    """The line as it is for a pipe or a file, and broken between words for a terminal."""
    if not stream.isatty():
        return [line]
    return broken(line, shutil.get_terminal_size().columns)


def broken(line: str, width: int) -> list[str]:
    """The line in lines of at most `width` characters; longer words and commands stay whole."""
    if len(line) <= width or line.startswith(_COMMANDS):
        return [line]
    indent = " " * _LABEL if line.startswith("  ") else "  "
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=f"{_QUOTED}  " if line.startswith(_QUOTED) else indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
