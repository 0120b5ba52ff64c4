"""What a command that failed prints, and its exit code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from console.view.output import print_error
from graph.errors import EXPECTED, FAILED, USAGE, ErrorReport, error_report

_RUNS = ("resume", "")  # "" is the main command
_RESULTS = ("provision", *_RUNS)  # the commands whose result is a run's
_DEFECT = "this is a defect of ai-assisted-deploy: report it with the traceback on standard error"


def report_failure(error: Exception, command: str, arguments: Sequence[str]) -> int | None:
    """Print an error as text, and with --json as one object on standard output.

    Gives the exit code; None for an error that nobody expects, which is to be raised again.

    Args:
        command: its name, "" for the main command.
        arguments: all that were given.
    """
    given: dict[str, Any] = {}
    if isinstance(error, click.ClickException):
        error.show()
        ctx = error.ctx if isinstance(error, click.UsageError) else None
        given = {name: value for name, value in (ctx.params if ctx else given).items() if value}
        path = ctx.command_path if ctx else "ai-assisted-deploy"
        kind, summary = type(error).__name__, error.format_message()
        report = ErrorReport(kind, summary, (), f"{path} --help", USAGE)
    elif isinstance(error, EXPECTED):
        report = error_report(error)
        print_error(report)
    elif command in _RUNS:
        return None  # the run's own command has shown it
    else:
        report = ErrorReport(type(error).__name__, str(error) or _DEFECT, (), _DEFECT, FAILED)
    if "--json" in arguments:
        _print_json(report, command, given)
    return report.exit_code if isinstance(error, (click.ClickException, *EXPECTED)) else None


def _print_json(report: ErrorReport, command: str, given: dict[str, Any]) -> None:
    record: dict[str, Any] = {"schema": 1, "error": report.to_json()}
    if command in _RESULTS:
        from console.view.summary import empty_result

        record = empty_result(report, given)
    click.echo(json.dumps(record))
