"""replay: run a run again from its journal."""

from __future__ import annotations

import asyncio
import json

import click

from console.options import recorded_options, request_from
from console.path_type import workspace_option
from console.records import records_of
from console.view.errors import errors_on_stderr
from graph.run.replay import ReplayReport, StepComparison, replay
from graph.run.requirements import load_requirements
from ledger.text.counted import counted


@click.command("replay")
@click.argument("run_id", metavar="RUN")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(run_id: str, workspace: str | None, as_json: bool) -> int:
    """Run a run again from its journal, without a model or a remote, and compare each step.

    RUN is a run's id, or a part of it that no other run shares. Exit code 0 if all is equal.
    """
    with errors_on_stderr(), records_of(workspace) as records:
        run = records.run(run_id)
        folder = records.workspace.run_folder(run.run_id)
        given = {
            "workspace": str(records.workspace.root),
            "requirements": load_requirements(folder, run),
        }
        request = request_from(recorded_options(run, given))
        events = records.events(run.run_id)
        report = asyncio.run(replay(request, run, records.ledger, folder, events))
    if as_json:
        click.echo(json.dumps(_json(report)))
    else:
        _print_report(report)
    return 0 if report.equal else 1


def _json(report: ReplayReport) -> dict[str, object]:
    return {
        "schema": 1,
        "run_id": report.result.run_id,
        "equal": report.equal,
        "calls": report.result.record["usage"]["calls"],
        "steps": [{"then": one.then, "now": one.now, "equal": one.equal} for one in report.steps],
        "files": list(report.files),
    }


def _print_report(report: ReplayReport) -> None:
    for one in report.steps:
        click.echo(f"{'equal' if one.equal else 'OTHER':6} {_words(one)}")
    for name in report.files:
        click.echo(f"OTHER  {name} has another content")
    same = sum(one.equal for one in report.steps)
    click.echo(
        f"{same} of {len(report.steps)} steps equal, "
        f"{counted(report.result.record['usage']['calls'], 'model call')}"
    )


def _words(one: StepComparison) -> str:
    shown = one.then or one.now
    name, number, status = shown if shown else ("", 0, "")
    now = "" if one.equal else f", now {one.now[2] if one.now else 'not made'}"
    return f"{name} {number}: {status if one.then else 'not made then'}{now}"
