"""Expected errors on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.config.workspace import workspace_note
from graph.errors import EXPECTED, ErrorReport, error_report
from ledger.text.printable import printable


@contextmanager
def errors_on_stderr() -> Iterator[None]:
    """Within the block an expected error is printed and ends the process with its exit code."""
    try:
        yield
    except EXPECTED as error:
        report = error_report(error)
        write_error(report, lambda line: sys.stderr.write(f"{line}\n"))
        sys.exit(report.exit_code)


def write_error(report: ErrorReport, line: Callable[[str], object]) -> None:
    """Pass the lines of an error to `line`, one at a time."""
    line(f"error: {printable(report.summary)}")
    for proof in report.evidence:
        line(f"  | {printable(proof)}")
    if report.next:
        line(f"next: {printable(report.next)}")


def note_on_stderr(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"{printable(text)}\n")


def note_workspace(workspace: Path) -> None:
    """Say on standard error which workspace is used, where it is not the current folder."""
    if note := workspace_note(workspace):
        note_on_stderr(note)
