"""deploy-host: a repository onto hosts, by a plan of a model."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from console.options import layers_from
from console.parameters import json_option, path_option, workspace_option
from console.view.output import print_value
from graph.config.workspace import find_workspace, load_environment
from ledger.text.printable import printable

if TYPE_CHECKING:
    from graph.hosts.deployment import HostsResult


@click.command("deploy-host")
@click.option("--repo", required=True, metavar="URL", help="The repository; git clones it.")
@click.option("--host", multiple=True, metavar="USER@HOST[:PORT]", help="Where to; repeatable.")
@click.option("--requirements", default="", metavar="TEXT", help="What the plan must heed.")
@click.option("--config", type=path_option, metavar="FILE", help="A deployment.yaml.")
@click.option("--yes", is_flag=True, help="Approve the plan; dangerous commands are asked about.")
@click.option("--allow-dangerous", is_flag=True, help="Approve dangerous commands, too.")
@workspace_option
@json_option
def deploy_host(
    repo: str,
    host: tuple[str, ...],
    requirements: str,
    config: str | None,
    yes: bool,
    allow_dangerous: bool,
    workspace: str | None,
    as_json: bool,
) -> int:
    """Bring a repository of anybody's onto a host.

    A model plans it from what the repository and the host are; the plan is shown, approved and
    carried out. A step that fails is analysed, and what the model suggests is tried.
    """
    from console.view.approval import terminal_approval
    from console.view.view import open_view
    from graph.hosts.deployment import HostRequest, deploy_repository
    from graph.request import agree, refuse

    root = find_workspace(workspace)
    environ = load_environment(root)
    given = {"host": host, "config": config}
    options = {name: value for name, value in given.items() if value}
    with open_view(plain=True) as view:
        asks = not as_json and sys.stdin.isatty() and sys.stderr.isatty()
        ask = terminal_approval(view) if asks else refuse
        request = HostRequest(
            repo=repo,
            requirements=requirements,
            root=root,
            settings=layers_from(options, root, environ).settings,
            environ=environ,
            approve=agree if yes else ask,
            permit=agree if allow_dangerous else ask,
            shown=lambda line: click.echo(printable(line), err=True),
        )
        result = asyncio.run(deploy_repository(request))
    print_value(result.to_json(), _lines(result), as_json=as_json)
    return result.exit_code


def _lines(result: HostsResult) -> Iterator[str]:
    for host in result.hosts:
        yield f"{host.status}  {host.host}"
        for one in host.records:
            yield f"  {one.outcome:8}  {one.step.title}{f': {one.why}' if one.why else ''}"
        yield f"  listens now: {', '.join(map(str, host.ports)) or 'nothing new'}"
