"""The main command: request, preview or run, result."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.events_file import EventsFile
from console.options import continued_options, request_from
from console.view.errors import note_workspace, write_error
from console.view.fit import fit_lines
from console.view.summary import empty_result, summary_lines
from console.view.view import View, open_view
from graph.errors import EXPECTED, ConfigError, ErrorReport, NotYetAvailable, error_report
from graph.events import Event, Noted
from graph.run.request import RunRequest
from graph.run.result import DeploymentResult
from ledger.text.printable import printable

_DEFECT = "this is a defect of ai-assisted-deploy; the run can be resumed"
_ANEW = "report it with the traceback on standard error; the same command goes on with the run"


def run_command(options: Mapping[str, Any]) -> int:
    """Run the main command; gives the exit code of the contract."""
    as_json = bool(options.get("json"))
    try:
        _refuse_unavailable(options)
        request = request_from(continued_options(options))
        note_workspace(request.workspace)
        if options.get("dry_run"):
            return _preview(request, as_json)
        result = _run(request, options)
    except EXPECTED as error:
        return show_refusal(error_report(error), options)
    if as_json:
        _print(json.dumps(result.record))
    else:
        for line in summary_lines(result, request.workspace):
            for part in fit_lines(printable(line), sys.stdout):
                _print(part)
    _mark_reported(request, result)
    return result.exit_code


def _mark_reported(request: RunRequest, result: DeploymentResult) -> None:
    from graph.run.execute import mark_reported

    if result.status in ("done", "failed"):
        mark_reported(request, result)


def _run(request: RunRequest, options: Mapping[str, Any]) -> DeploymentResult:
    from graph.run.execute import run_feature

    with ExitStack() as stack:
        silent = bool(options.get("json"))
        view = stack.enter_context(open_view(plain=silent))
        if not (silent or options.get("yes") or options.get("no_input")):
            request = _with_person(request, view)
        events = None
        if file := options.get("events"):
            opened = EventsFile(Path(file), lambda text: view.show(Noted(text)))
            events = stack.enter_context(closing(opened))

        def listen(event: Event, run_id: str, at: str) -> None:
            view.show(event)
            if events:
                events.write(event.record(run_id, at))

        try:
            return asyncio.run(run_feature(request, listen))
        except EXPECTED:
            raise
        except Exception as error:  # a bug: said as a result too, and raised again below
            view.show(Noted(_DEFECT))
            if silent:
                report = ErrorReport(type(error).__name__, str(error) or _DEFECT, (), _ANEW)
                _print(json.dumps(empty_result(report, options)))
            raise


def _with_person(request: RunRequest, view: View) -> RunRequest:
    """The request with approval at the terminal, where there is one."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return request
    from console.view.approval import TerminalApproval

    return replace(request, approve=TerminalApproval(view))


def _preview(request: RunRequest, as_json: bool) -> int:
    from graph.run.preview import preview

    plan = asyncio.run(preview(request))
    if as_json:
        _print(json.dumps(plan.to_json()))
    else:
        for line in plan.lines():
            _print(line)
    return 0


def _refuse_unavailable(options: Mapping[str, Any]) -> None:
    if options.get("analyze_logs"):
        raise NotYetAvailable(
            "--analyze-logs is not available in this version",
            next_step="leave it out; --recovery-mode goes by the failure that was recorded",
        )
    if options.get("dry_run") and options.get("events"):
        raise ConfigError("--events", "goes without --dry-run, in which nothing happens")
    if options.get("yes") and options.get("no_input"):
        raise ConfigError("--yes", "contradicts --no-input; give one of them")


def show_refusal(report: ErrorReport, options: Mapping[str, Any]) -> int:
    """Print why there is no run, with `--json` as a result too; gives the exit code."""
    write_error(report, _write_fitting)
    if options.get("json"):
        _print(json.dumps(empty_result(report, options)))
    return report.exit_code


def _write_fitting(line: str) -> None:
    for part in fit_lines(line, sys.stderr):
        sys.stderr.write(f"{part}\n")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
