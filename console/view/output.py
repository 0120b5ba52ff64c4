"""What commands print: values, errors and notes, without control characters."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from ledger.text.printable import printable

if TYPE_CHECKING:
    from graph.errors import ErrorReport

# Lines that a person copies; a terminal breaks them without putting anything in between.
_COMMANDS = ("  try ", "  stop ", "  again ", "  resume ")
_LABEL = 11  # characters before the words of a labelled line
_QUOTED = f"{' ' * _LABEL}| "


def print_value(value: object, lines: Iterable[str], *, as_json: bool) -> None:
    """Print a value as one line of JSON, or its lines for a person."""
    if as_json:
        click.echo(json.dumps(value))
        return
    for line in lines:
        click.echo(printable(line))


def print_fitting(lines: Iterable[str], stream: TextIO) -> None:
    """Print lines, wrapped where the stream is a terminal."""
    width = shutil.get_terminal_size().columns if stream.isatty() else 0
    for line in map(printable, lines):
        for part in wrap_line(line, width) if width else [line]:
            click.echo(part, file=stream)


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


def print_error(report: ErrorReport) -> int:
    """Print an expected error on standard error, and give its exit code."""
    print_fitting(error_lines(report), sys.stderr)
    return report.exit_code


def error_lines(report: ErrorReport) -> Iterator[str]:
    """What happened, the evidence and what to do."""
    yield f"error: {report.summary}"
    for proof in report.evidence:
        yield f"  | {proof}"
    if report.next:
        yield f"next: {report.next}"


def note_workspace(workspace: Path) -> None:
    """Say on standard error which workspace is used, where it is not the current folder."""
    from graph.config.workspace import workspace_note

    if note := workspace_note(workspace):
        print_fitting([note], sys.stderr)
