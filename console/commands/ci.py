"""watch and init: the CI runs of a pushed commit, and the workflow that makes some."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import click

from console.options import layers_from
from console.parameters import json_option, path_option, workspace_option
from console.view.output import note_workspace, print_value
from graph.config.workspace import find_workspace, load_environment
from ledger.text.printable import printable

_SETTINGS = "AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP, "
_PLACES = "AZURE_ENVIRONMENT and AZURE_REGISTRY"


@click.command("watch")
@click.argument("sha", metavar="[SHA]", default="")
@workspace_option
@click.option("--config", type=path_option, metavar="FILE", help="A deployment.yaml.")
@json_option
def watch(sha: str, as_json: bool, **given: Any) -> int:
    """Follow the CI runs of a pushed commit, HEAD's without SHA, to their end.

    Exit code 0 for a success alone, 3 where a person has to approve, else 1.
    """
    from graph.commands.watching import watch_commit

    options = {name: value for name, value in given.items() if value is not None}
    workspace = find_workspace(options.get("workspace"))
    note_workspace(workspace)
    environ = load_environment(workspace)
    settings = layers_from(options, workspace, environ).settings
    record, code = asyncio.run(watch_commit(workspace, sha, settings, environ, _report))
    print_value(record, _lines(record), as_json=as_json)
    return code


def _report(line: str) -> None:
    click.echo(printable(line), err=True)


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    yield f"{record['end'].replace('_', ' ')}: {record['summary']}"
    yield from (f"  | {line}" for line in record["evidence"])
    if record["url"]:
        yield f"  run   {record['url']}"
    if record["next"]:
        yield f"  next  {record['next']}"


@click.command("init")
@click.option("--force", is_flag=True, help="Write a workflow that was changed anew.")
@workspace_option
def init(force: bool, workspace: str | None) -> None:
    """Write .github/workflows/feature-deploy.yml, which tests and deploys a pushed feature."""
    from graph.commands.watching import write_workflow

    place = find_workspace(workspace)
    note_workspace(place)
    file, written = asyncio.run(write_workflow(place, force=force))
    click.echo(f"{file.relative_to(place)} {'written' if written else 'is current'}")
    click.echo("next: commit and push it (a token needs the scope `workflow` for that)")
    click.echo(f"to deploy, set the variables {_SETTINGS}{_PLACES} of the repository")
