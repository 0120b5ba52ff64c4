"""generate-service-test: service-test.py, from the endpoints of the service itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from console.failure import told_on_stderr
from graph.errors import FeatureExists
from provisioner.endpoint_tests.writer import generate_service_test
from provisioner.service_tests import FILE


@click.command("generate-service-test")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over a service-test.py that is there.")
def command(folder: Path, force: bool) -> int:
    """Write service-test.py; every test in it asserts a status and a body."""
    file = folder / FILE
    with told_on_stderr():
        if file.exists() and not force:
            raise FeatureExists(f"{file} exists already", next_step="--force writes over it")
        generated = asyncio.run(generate_service_test(folder))
    click.echo(f"written  {file}, {generated.tests} tests")
    for line in generated.left_out:
        click.echo(f"left out {line}")
    return 0
