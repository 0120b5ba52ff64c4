"""runs: the runs of a workspace, the newest first."""

from __future__ import annotations

import json
from typing import Any

import click

from console.path_type import workspace_option
from console.records import records_of
from console.view.errors import errors_on_stderr
from ledger.runs import Run


@click.command("runs")
@click.option("--feature", default="", metavar="NAME", help="Of one feature only.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at most."
)
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
def command(feature: str, limit: int, workspace: str | None, as_json: bool) -> int:
    """List the runs of a workspace, the newest first."""
    with errors_on_stderr(), records_of(workspace) as records:
        runs = records.ledger.runs.list(limit=limit, feature=feature)
    if as_json:
        click.echo(json.dumps([row(run) for run in runs]))
        return 0
    for run in runs:
        click.echo(f"{run.run_id}  {status_of(run):11}  {run.mode:9}  {run.feature}")
    if not runs:
        click.echo("no runs yet")
    return 0


def status_of(run: Run) -> str:
    """The recorded status; "interrupted" for a run that was killed."""
    return "interrupted" if run.abandoned else run.status


def row(run: Run) -> dict[str, Any]:
    """A run as `--json` gives it."""
    return {
        "run_id": run.run_id,
        "feature": run.feature,
        "mode": run.mode,
        "status": status_of(run),
        "created_at": run.created_at,
        "updated_at": run.updated_at,
    }
