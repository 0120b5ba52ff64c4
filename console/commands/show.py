"""show: explain a run from what was recorded of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from console.commands.runs import row, status_of
from console.path_type import workspace_option
from console.records import records_of
from console.view.errors import errors_on_stderr
from ledger.runs import Run
from ledger.text.printable import printable
from ledger.text.program import program


@click.command("show")
@click.argument("run_id", metavar="RUN")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(run_id: str, workspace: str | None, as_json: bool) -> int:
    """Explain a run: its steps, calls, proof and failure.

    RUN is a run's id, or a part of it that no other run shares.
    """
    with errors_on_stderr(), records_of(workspace) as records:
        run = records.run(run_id)
        events = records.events(run.run_id)
        folder = records.workspace.run_dir(run.run_id)
    if as_json:
        click.echo(json.dumps({**row(run), "result": run.result, "events": events}))
        return 0
    for line in _lines(run, events, folder):
        click.echo(printable(line))
    return 0


def _lines(run: Run, events: list[dict[str, Any]], folder: Path) -> Iterator[str]:
    yield f"{run.run_id}  {run.feature}, mode {run.mode}: {status_of(run)}"
    yield f"  begun {run.created_at}, last changed {run.updated_at}"
    for event in events:
        time = event["at"][11:19]
        if event["event"] == "step_finished":
            again = f" round {event['round']}" if event["round"] > 1 else ""
            yield f"  {time}  {event['step']}{again}: {event['status']}. {event['note']}"
        elif event["event"] == "model_called":
            how = "recalled" if event["recalled"] else f"{event['seconds']:.1f} s"
            yield f"  {time}    {event['function']} by {event['model']}, {how}: {event['said']}"
        elif event["event"] in ("noted", "logged"):
            yield f"  {time}    {event['text']}"
        elif event["event"] == "run_started" and event["resumed"]:
            yield f"  {time}  resumed"
    if run.result and run.result["error"]:
        error = run.result["error"]
        yield f"  {status_of(run)}: {error['type']}: {error['summary']}"
        for line in error["evidence"]:
            yield f"    | {line}"
        if error["next"]:
            yield f"  next: {error['next']}"
    if run.result and run.result["commit"]:
        yield f"  commit: {run.result['commit']}"
    yield f"  files of the run: {folder}"
    if status_of(run) in ("interrupted", "paused"):
        yield f"  go on with: {program()} resume {run.run_id}"
