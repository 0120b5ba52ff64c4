"""inject-config: the container's files, from feature-config.yaml."""

from __future__ import annotations

from pathlib import Path

import click

from console.view.errors import errors_on_stderr
from graph.folders import inject_config


@click.command("inject-config")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> int:
    """Write Dockerfile, .dockerignore and containerapp.yaml from feature-config.yaml."""
    with errors_on_stderr():
        written, kept = inject_config(folder)
    for name in written:
        click.echo(f"written  {folder / name}")
    for name in kept:
        click.echo(f"kept     {folder / name}")
    return 0
