"""generate-service-test: service-test.py, from the endpoints of the service itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from console.view.errors import told_on_stderr
from graph.errors import FeatureExists
from provisioner.endpoint_tests.run import FILE
from provisioner.endpoint_tests.writer import GeneratedTests, generate_service_test
from provisioner.errors import WorkspaceInvalid
from provisioner.sandbox.choose import choose_sandbox


@click.command("generate-service-test")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over a service-test.py that is there.")
@click.option("--unsafe-no-sandbox", is_flag=True, help="Import the service without isolation.")
def command(folder: Path, force: bool, unsafe_no_sandbox: bool) -> int:
    """Write service-test.py; every test in it asserts a status and a body."""
    file = folder / FILE
    with told_on_stderr():
        if not folder.is_dir():
            raise WorkspaceInvalid(f"{folder} is no folder", next_step="name a feature's folder")
        if file.exists() and not force:
            raise FeatureExists(f"{file} exists already", next_step="--force writes over it")
        generated = asyncio.run(_generate(folder.resolve(), unsafe_no_sandbox))
    click.echo(f"written  {file}, {generated.tests} tests")
    for line in generated.left_out:
        click.echo(f"left out {line}")
    return 0


async def _generate(folder: Path, unsafe: bool) -> GeneratedTests:
    return await generate_service_test(folder, sandbox=await choose_sandbox(unsafe=unsafe))
