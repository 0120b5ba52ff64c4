"""stop: end the service that a run left running."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from console.path_type import place
from console.view.errors import errors_on_stderr, note_on_stderr
from graph.standalone.records import open_records
from graph.standalone.stop import stop_run


@click.command("stop")
@click.argument("run_id", metavar="RUN")
@click.option("--workspace", default=".", type=place, metavar="DIR", help="The repository.")
def command(run_id: str, workspace: str) -> int:
    """End the service that a run left running; only that very process is signalled."""
    with errors_on_stderr(), open_records(Path(workspace), note_on_stderr) as records:
        run = records.run(run_id)
    stopped = asyncio.run(stop_run(run))
    click.echo(f"stopped {stopped}" if stopped else f"run {run.run_id} has no service running")
    return 0
