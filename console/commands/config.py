"""config: the effective configuration, and the files that are written from its models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from console.options import layers_from
from console.path_type import path_option, workspace_option
from console.view.errors import errors_on_stderr, note_workspace
from graph.config.workspace import find_workspace, load_environment


@click.group("config")
def command() -> None:
    """Show the effective configuration, or write its files."""


@command.command("show")
@workspace_option
@click.option("--config", default=None, type=path_option, metavar="FILE", help="A deployment.yaml.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def show(as_json: bool, **given: Any) -> int:
    """Every setting, its value and where it comes from."""
    options = {name: value for name, value in given.items() if value is not None}
    with errors_on_stderr():
        workspace = find_workspace(options.get("workspace"))
        note_workspace(workspace)
        layered = layers_from(options, workspace, load_environment(workspace))
    values = {
        path: {"value": _value(layered.settings, path), "source": source}
        for path, source in layered.sources.items()
    }
    if as_json:
        click.echo(json.dumps(values))
        return 0
    for path, entry in values.items():
        click.echo(f"{path} = {json.dumps(entry['value'])}  ({entry['source']})")
    return 0


@command.command("write")
@click.option("--folder", default=".", metavar="DIR", help="Where the files go.")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where one is not current.")
def write(folder: str, check: bool) -> int:
    """Write deployment.yaml with every default, and its JSON Schema for editors."""
    from graph.config.models import config_files

    stale = []
    for name, content in config_files().items():
        file = Path(folder) / name
        if file.is_file() and file.read_text("utf-8") == content:
            continue
        stale.append(name)
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, "utf-8")
    for name in stale:
        click.echo(f"{name} {'is not current' if check else 'written'}")
    return 1 if check and stale else 0


def _value(settings: Any, path: str) -> Any:
    for part in path.split("."):
        settings = getattr(settings, part)
    return json.loads(json.dumps(settings, default=_plain))


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)
