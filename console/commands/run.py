"""The main command: request, preview or run, result; and resume."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from console.options import continued_options, recorded_options, records_of, request_from
from console.parameters import path_option, run_argument, workspace_option
from console.view.output import note_workspace, print_error, print_fitting, print_value
from console.view.summary import empty_result, summary_lines
from console.view.view import EventsFile, open_view
from graph.config.workspace import find_workspace
from graph.errors import EXPECTED, ConfigError, RunNotFound, error_report
from graph.events import Event, Noted
from graph.request import RunRequest
from graph.result import DeploymentResult
from ledger.text.program import program

_DEFECT = "this is a defect of ai-assisted-deploy; the run can be resumed"
_ANEW = "report it with the traceback on standard error; the same command goes on with the run"

Options = Mapping[str, Any]


def run_command(
    options: Options, complete: Callable[[Options], Options] = continued_options
) -> int:
    """Run the main command; gives the exit code of the contract.

    ``complete`` adds the options of the run that is gone on with.
    """
    as_json = bool(options.get("json"))
    try:
        _refuse_contradictions(options)
        options = complete(options)
        request = request_from(options)
        note_workspace(request.workspace)
        if options.get("dry_run"):
            from graph.run.preview import preview, preview_lines

            plan = asyncio.run(preview(request))
            print_value(plan, preview_lines(plan), as_json=as_json)
            return 0
        result = _run(request, options)
    except EXPECTED as error:
        report = error_report(error)
        if as_json:
            click.echo(json.dumps(empty_result(report, options)))
        return print_error(report)
    if as_json:
        click.echo(json.dumps(result.record))
    else:
        print_fitting(summary_lines(result, request.workspace), sys.stdout)
    if result.status in ("done", "failed"):
        from graph.run.execute import mark_reported

        mark_reported(request, result)
    return result.exit_code


def _run(request: RunRequest, options: Options) -> DeploymentResult:
    from graph.run.execute import run_feature

    with ExitStack() as stack:
        silent = bool(options.get("json"))
        view = stack.enter_context(open_view(plain=silent))
        asked = not (silent or options.get("yes") or options.get("no_input"))
        if asked and sys.stdin.isatty() and sys.stderr.isatty():
            from console.view.approval import terminal_approval

            request = replace(request, approve=terminal_approval(view))
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
        except Exception as error:  # a bug: said as a result too, and raised again
            view.show(Noted(_DEFECT))
            if silent:
                report = replace(error_report(error), summary=str(error) or _DEFECT, next=_ANEW)
                click.echo(json.dumps(empty_result(report, options)))
            raise


def _refuse_contradictions(options: Options) -> None:
    if options.get("analyze_logs") and not options.get("recovery_mode"):
        raise ConfigError("--analyze-logs", "goes with --recovery-mode, which takes up a failure")
    if options.get("dry_run") and options.get("events"):
        raise ConfigError("--events", "goes without --dry-run, in which nothing happens")
    if options.get("yes") and options.get("no_input"):
        raise ConfigError("--yes", "contradicts --no-input; give one of them")


@click.command("resume")
@run_argument
@workspace_option
@click.option("--max-retries", type=int, metavar="N", help="Another limit.")
@click.option("--budget-usd", type=float, metavar="X", help="Another cap.")
@click.option("--keep", is_flag=True, default=None, help="Leave the service running at the end.")
@click.option("--json", is_flag=True, default=None, help="The result as one JSON object.")
@click.option("--events", type=path_option, metavar="FILE", help="Every event as NDJSON.")
@click.option("--yes", is_flag=True, default=None, help="Approve what would be asked.")
@click.option("--no-input", is_flag=True, default=None, help="Never ask.")
def resume(run_id: str, **given: Any) -> int:
    """Go on with a run that was interrupted, killed or paused.

    RUN is a run's id, a part of it that no other run shares, or a feature for its last run.
    """
    options = {name: value for name, value in given.items() if value is not None}
    return run_command(options, partial(_unfinished, run_id))


def _unfinished(run_id: str, options: Options) -> Options:
    """The options of a run that can go on, under those given now; else raise RunNotFound."""
    workspace = str(find_workspace(options.get("workspace")))
    with records_of(workspace, note=False) as records:
        run = records.run_or_last(run_id)
        latest = records.ledger.runs.latest(run.feature, run.place)
        if run.status == "done" and not run.unreported:
            raise RunNotFound(f"run {run.run_id} is done; there is nothing to go on with")
        if run.status == "failed" and not run.unreported:
            raise RunNotFound(
                f"run {run.run_id} has failed",
                next_step=f"{program()} --feature {run.feature} --recovery-mode",
            )
        if latest is not None and latest.run_id != run.run_id:
            raise RunNotFound(
                f"run {run.run_id} was followed by {latest.run_id}, which has its place",
                next_step=f"{program()} resume {latest.run_id}",
            )
    return recorded_options(run, {**options, "workspace": workspace})
