"""Line breaks for a terminal's width, between words."""

from __future__ import annotations

import shutil
import textwrap
from typing import TextIO

# Lines that a person copies; a terminal breaks them without putting anything in between.
_COMMANDS = ("  try ", "  stop ", "  again ", "  resume ")
_LABEL = 11  # characters before the words of a labelled line
_QUOTED = f"{' ' * _LABEL}| "


def fit_lines(line: str, stream: TextIO) -> list[str]:
    """The line unchanged for a pipe or a file, wrapped for a terminal."""
    if not stream.isatty():
        return [line]
    return wrap_line(line, shutil.get_terminal_size().columns)


def wrap_line(line: str, width: int) -> list[str]:
    """Wrap a line to `width` characters; longer words and commands stay whole."""
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
