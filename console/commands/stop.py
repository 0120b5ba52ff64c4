"""stop: end the service that a run left running."""

from __future__ import annotations

import asyncio

import click

from console.path_type import workspace_option
from console.records import records_of
from console.view.errors import errors_on_stderr


@click.command("stop")
@click.argument("name", metavar="FEATURE|RUN")
@workspace_option
def command(name: str, workspace: str | None) -> int:
    """Stop what a run left running, or what was deployed last of a feature."""
    with errors_on_stderr(), records_of(workspace) as records:
        run = records.deployed(name)
        stopped = asyncio.run(records.stop(run))
    click.echo(f"stopped {stopped}" if stopped else f"run {run.run_id} has nothing running")
    return 0
