"""stop: end the service that a run left running."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from console.path_type import place
from console.run_records import open_records
from console.view.errors import told_on_stderr
from provisioner.modes.service import RunningService, stop_service


@click.command("stop")
@click.argument("run_id", metavar="RUN")
@click.option("--workspace", default=".", type=place, metavar="DIR", help="The repository.")
def command(run_id: str, workspace: str) -> int:
    """End the service that a run left running; only that very process is signalled."""
    with told_on_stderr(), open_records(Path(workspace)) as records:
        run = records.run(run_id)
    record = (run.result or {}).get("service", {}).get("process")
    service = RunningService.from_plain(record) if record else None
    if service is None or not service.alive():
        click.echo(f"run {run.run_id} has no service running")
        return 0
    asyncio.run(stop_service(service))
    click.echo(f"stopped {service.url} (process {service.pid})")
    return 0
