"""resume: go on with a run, at the step that was under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from console.commands.run import run_command, show_refusal
from console.options import recorded_options
from console.path_type import path_option, workspace_option
from console.records import records_of
from graph.config.workspace import find_workspace
from graph.errors import EXPECTED, RunNotFound, error_report
from ledger.runs import Run
from ledger.text.program import program


@click.command("resume")
@click.argument("run_id", metavar="RUN")
@workspace_option
@click.option("--max-retries", type=int, default=None, metavar="N", help="Another limit.")
@click.option("--budget-usd", type=float, default=None, metavar="X", help="Another cap.")
@click.option("--keep", is_flag=True, default=None, help="Leave the service running at the end.")
@click.option("--json", is_flag=True, default=None, help="The result as one JSON object.")
@click.option(
    "--events", default=None, type=path_option, metavar="FILE", help="Every event as NDJSON."
)
@click.option("--yes", is_flag=True, default=None, help="Approve what would be asked.")
@click.option("--no-input", is_flag=True, default=None, help="Never ask.")
def command(run_id: str, **given: Any) -> int:
    """Go on with a run that was interrupted, killed or paused.

    RUN is a run's id, or a part of it that no other run shares.
    """
    options = {name: value for name, value in given.items() if value is not None}
    options["workspace"] = str(find_workspace(options.get("workspace")))
    try:
        run = _unfinished(run_id, options)
    except EXPECTED as error:
        return show_refusal(error_report(error), options)
    return run_command(recorded_options(run, options))


def _unfinished(run_id: str, options: Mapping[str, Any]) -> Run:
    """The run that is to go on.

    Raises:
        RunNotFound: there is none, or it has ended, or a later one has its place.
    """
    with records_of(options["workspace"], note=False) as records:
        run = records.run(run_id)
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
    return run
