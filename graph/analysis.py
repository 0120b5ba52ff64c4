"""Diagnosis of a log that a person gives, without a run."""

from __future__ import annotations

import sys

from assistant.diagnosis.actions import BY_A_PERSON
from assistant.diagnosis.diagnose import ErrorAnalysis, analyze_log
from graph.errors import ConfigError

__all__ = ["BY_A_PERSON", "ErrorAnalysis", "analyze_file"]


def analyze_file(name: str) -> ErrorAnalysis:
    """Name the failure in a log file; "-" is standard input.

    Raises ConfigError for a file that cannot be read.
    """
    if name == "-":
        return analyze_log(sys.stdin.buffer)
    try:
        with open(name, "rb") as stream:  # noqa: PTH123  # the name as it was typed
            return analyze_log(stream)
    except OSError as error:
        raise ConfigError(
            "analyze", f"{name}: {error.strerror}", next_step="name a log file, or - for stdin"
        ) from error
