"""Diagnosis of a log that a person gives, without a run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from shutil import copyfileobj
from typing import TYPE_CHECKING, BinaryIO, cast

from assistant.diagnosis.actions import BY_A_PERSON
from assistant.diagnosis.diagnose import ErrorAnalysis, analyze_log

if TYPE_CHECKING:
    from assistant.diagnosis.last_good import LastGood

__all__ = ["BY_A_PERSON", "ErrorAnalysis", "analyze_file", "analyze_log", "last_good", "opened"]

_IN_MEMORY = 8 << 20  # bytes of standard input; the rest goes to a temporary file


def analyze_file(name: str, good: LastGood | None = None) -> ErrorAnalysis:
    """Name the failure in a log file, beside that of the last good run; "-" is standard input.

    Raises ConfigError for a file that cannot be read.
    """
    if good:
        with opened(name) as stream:
            return analyze_log(stream, good)
    with _reading(name):
        if name == "-":
            return analyze_log(sys.stdin.buffer)
        with open(name, "rb") as stream:  # noqa: PTH123  # the name as it was typed
            return analyze_log(stream)


def last_good(name: str | None) -> LastGood | None:
    """What the log of the last good run says, read from its file; None where none is named."""
    if name is None:
        return None
    from assistant.diagnosis.last_good import LastGood  # no other log is compared

    with _reading(name), open(name, "rb") as stream:  # noqa: PTH123  # the name as it was typed
        return LastGood(stream)


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A log that can be read more than once; standard input is kept for it."""
    import tempfile  # takes as long to import as a hundred lines to be read

    with ExitStack() as stack:
        with _reading(name):
            if name == "-":
                kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # below
                stream = cast(BinaryIO, stack.enter_context(kept))
                copyfileobj(sys.stdin.buffer, stream)
                stream.seek(0)
            else:
                stream = stack.enter_context(open(name, "rb"))  # noqa: PTH123  # as typed
        yield stream


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        from graph.errors import ConfigError  # takes as long to import as a log to be read

        next_step = "name a log file, or - for standard input"
        raise ConfigError("analyze", f"{name}: {error.strerror}", next_step=next_step) from error
