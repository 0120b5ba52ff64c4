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
def write(folder: str, check: bool) -> int:
    """Write deployment.yaml with every default, and its JSON Schema for editors."""
    from graph.config.models import config_files

    stale = False
    for name, content in config_files().items():
        file = Path(folder) / name
        if file.is_file() and file.read_text("utf-8") == content:
            continue
        stale = True
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, "utf-8")
        click.echo(f"{name} {'is not current' if check else 'written'}")
    return 1 if check and stale else 0
