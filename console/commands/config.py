"""config: the effective configuration, and the files that are written from its models."""

from __future__ import annotations

import json
from functools import reduce
from pathlib import Path
from typing import Any

import click

from console.options import layers_from
from console.parameters import json_option, path_option, workspace_option
from console.view.output import note_workspace, print_value
from graph.config.workspace import find_workspace, load_environment
from graph.errors import ConfigError


@click.group("config")
def config() -> None:
    """Show the effective configuration, or write its files."""


@config.command("show")
@workspace_option
@click.option("--config", type=path_option, metavar="FILE", help="A deployment.yaml.")
@json_option
def show(as_json: bool, **given: Any) -> None:
    """Every setting, its value and where it comes from."""
    options = {name: value for name, value in given.items() if value is not None}
    workspace = find_workspace(options.get("workspace"))
    note_workspace(workspace)
    layered = layers_from(options, workspace, load_environment(workspace))
    settings: Any = layered.settings.model_dump(mode="json")
    values = {
        path: {
            "value": reduce(lambda tree, key: tree[key], path.split("."), settings),
            "source": source,
        }
        for path, source in layered.sources.items()
    }
    lines = (
        f"{path} = {json.dumps(entry['value'])}  ({entry['source']})"
        for path, entry in values.items()
    )
    print_value(values, lines, as_json=as_json)


@config.command("write")
@click.option("--folder", default=".", metavar="DIR", help="Where the files go.")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where one is not current.")
@click.option("--force", is_flag=True, help="Write over a deployment.yaml that is another.")
def write(folder: str, check: bool, force: bool) -> int:
    """Write deployment.yaml with every default, and its JSON Schema for editors."""
    from graph.config.models import FILE_NAME, config_files

    files = {Path(folder) / name: content for name, content in config_files().items()}
    stale = [
        file
        for file, content in files.items()
        if not (file.is_file() and file.read_bytes() == content.encode())
    ]
    settings = Path(folder) / FILE_NAME
    if settings in stale and settings.exists() and not (check or force):
        why = "has settings of its own, which would be lost"
        raise ConfigError(
            str(settings), why, next_step="--folder DIR writes elsewhere, --force here"
        )
    for file in () if check else stale:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files[file], "utf-8")
    for file in files:
        changed = "is not current" if check else "written"
        click.echo(f"{file.relative_to(folder)} {changed if file in stale else 'is current'}")
    return 1 if check and stale else 0
