"""generate-service-test: service-test.py, from the endpoints of the service itself."""

from __future__ import annotations

from pathlib import Path

import click

from console.view.errors import errors_on_stderr
from graph.folders import write_service_test
from ledger.text.counted import counted


@click.command("generate-service-test")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over a service-test.py that is there.")
@click.option("--unsafe-no-sandbox", is_flag=True, help="Import the service without isolation.")
def command(folder: Path, force: bool, unsafe_no_sandbox: bool) -> int:
    """Write service-test.py; every test in it asserts a status and a body."""
    with errors_on_stderr():
        file, generated = write_service_test(folder, force=force, unsafe=unsafe_no_sandbox)
    click.echo(f"written  {file}, {counted(generated.tests, 'test')}")
    for line in generated.left_out:
        click.echo(f"left out {line}")
    return 0
