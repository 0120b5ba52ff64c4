"""doctor: what works on this machine, and how to mend the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from console.options import layers_from
from console.parameters import json_option, path_option, workspace_option
from console.view.output import note_workspace, print_value
from graph.config.workspace import find_workspace, load_environment
from graph.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from graph.config.models import DeploymentConfig
    from graph.doctor.examination import Examination

_WIDTH = 20  # of the column of names
_CELL = 10  # of a column of a mode


@click.command("doctor")
@workspace_option
@click.option("--config", type=path_option, metavar="FILE", help="A deployment.yaml.")
@click.option("--ask", is_flag=True, help="Ask the models' servers and the remote, too.")
@json_option
def doctor(as_json: bool, ask: bool, **given: Any) -> int:
    """Show what works on this machine, which modes would, and how to mend the rest.

    Nothing is changed. Exit code 1 where something that a CODE run needs does not work; what is
    not known is shown as unknown, and --ask finds out more of it.
    """
    from graph.doctor.examination import examine

    options = {name: value for name, value in given.items() if value is not None}
    workspace = find_workspace(options.get("workspace"))
    note_workspace(workspace)
    settings, environ = _settings(options, workspace)
    found = asyncio.run(examine(workspace, settings, environ, ask=ask))
    print_value(found.to_json(), _lines(found), as_json=as_json)
    return 0 if found.code_works else 1


def _settings(
    options: Mapping[str, Any], workspace: Path
) -> tuple[DeploymentConfig | ConfigError, Mapping[str, str]]:
    """The workspace's settings, or what is wrong with them; and its environment."""
    environ: Mapping[str, str] = {}
    try:
        environ = load_environment(workspace)
        return layers_from(options, workspace, environ).settings, environ
    except ConfigError as error:
        return error, environ


def _lines(found: Examination) -> Iterator[str]:
    yield _row("", found.modes)
    for part in found.parts:
        yield _row(part.name, (found.cell(part, mode) for mode in found.modes))
        yield f"  {part.what}"
        if part.remedy:
            yield f"  next: {part.remedy}"
    yield _row("a run would work", (verdict.works for verdict in found.modes.values()))
    for mode, verdict in found.modes.items():
        if verdict.because:
            yield f"  {mode}: {verdict.works}: {', '.join(verdict.because)}"


def _row(name: str, cells: Iterable[str]) -> str:
    return f"{name:{_WIDTH}}{''.join(f'{cell:{_CELL}}' for cell in cells)}".rstrip()
