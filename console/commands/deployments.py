"""provision, status, logs, rollback: what is deployed, in whichever mode."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.options import records_of
from console.parameters import (
    folder_argument,
    json_option,
    mode_choice,
    unsafe_option,
    workspace_option,
)
from console.view.output import print_value
from console.view.pasted import going_on, workspace_words
from graph.errors import RunNotFound
from ledger.text.printable import printable
from ledger.text.program import program

if TYPE_CHECKING:
    from graph.config.models import Mode
    from graph.records import Records
    from ledger.runs import Run

feature_argument = click.argument("feature", metavar="FEATURE")


@click.command("provision")
@folder_argument
@click.option("--mode", required=True, type=mode_choice, help="Where it runs.")
@click.option(
    "--host", multiple=True, metavar="USER@HOST[:PORT]", help="Mode SSH: where to; repeatable."
)
@click.option("--skip-base-rebuild", "skip_base", is_flag=True, help="Keep the dependency image.")
@json_option
@unsafe_option
def provision(
    folder: Path, mode: Mode, host: tuple[str, ...], skip_base: bool, as_json: bool, unsafe: bool
) -> None:
    """Build and deploy a feature's folder as it is, and wait until it is healthy."""
    from graph.commands.deployments import provision_folder

    if host and mode != "SSH":
        raise click.UsageError("--host goes with --mode SSH")
    result = provision_folder(folder, mode=mode, hosts=host, skip_base=skip_base, unsafe=unsafe)
    deployed = result.record["deployment"]
    lines = [f"healthy  {deployed['url']} ({deployed['id']})", *result.record["remarks"]]
    print_value(result.record, lines, as_json=as_json)


@click.command("status")
@click.argument("feature", metavar="[FEATURE]", default="")
@workspace_option
@json_option
def status(feature: str, workspace: str | None, as_json: bool) -> None:
    """Show what is deployed: of one feature, or of all."""
    from graph.commands.deployments import find_deployed

    with records_of(workspace, or_empty=not feature) as records:
        try:
            found = [one.to_json() for one in find_deployed(records, feature)]
        except RunNotFound:
            if records.latest(feature) is None:
                raise
            found = []
        failures = [line for run in records.not_done(feature) for line in _not_done(run, records)]
    lines = [line for one in found for line in _lines(one)]
    lines = [*(lines or ["nothing was deployed yet"]), *failures]
    print_value(found, lines, as_json=as_json)


def _not_done(run: Run, records: Records) -> Iterator[str]:
    """A feature's last run that failed or waits, why, and the command that goes on."""
    status = "interrupted" if run.abandoned else run.status
    error = (run.result or {}).get("error") or {"summary": "it was killed"}
    yield f"{run.feature}  {run.mode:9}  {status}: {error['summary']}"
    place = records.workspace.root
    yield f"  why:        {program()} show {run.run_id}{workspace_words(place)}"
    yield f"  go on with: {going_on(status, run.feature, run.run_id, place)}"


def _lines(one: dict[str, Any]) -> Iterator[str]:
    names = ("feature", "mode", "status", "url", "revision", "id")
    feature, mode, status, url, revision, name = (one[name] for name in names)
    yield f"{feature}  {mode:9}  {status:7}  {url or '-'}  revision {revision[:10]}  {name}"
    if status == "stopped":
        yield f"  start it with: {program()} provision behaviors/{feature} --mode {mode}"
    if earlier := one["rollback"]:
        yield f"  {would_bring_back(feature, earlier['revision'])}"


def would_bring_back(feature: str, revision: str) -> str:
    """What another rollback does, which goes forth again after one back."""
    return f"`{program()} rollback {feature}` would bring back revision {revision[:10]}"


@click.command("logs")
@feature_argument
@click.option("--follow", is_flag=True, help="Go on as long as it runs.")
@workspace_option
def logs(feature: str, follow: bool, workspace: str | None) -> None:
    """Print the last lines of a feature's log, and with --follow what comes after them."""
    from graph.commands.deployments import read_log

    with records_of(workspace) as records:
        for piece in read_log(records, feature, follow=follow):
            sys.stdout.write("\n".join(map(printable, piece.split("\n"))))
            sys.stdout.flush()


@click.command("rollback")
@feature_argument
@workspace_option
@json_option
def rollback(feature: str, workspace: str | None, as_json: bool) -> None:
    """Bring back what served before the last deployment; the data stay as they are."""
    from graph.commands.deployments import roll_back

    with records_of(workspace) as records:
        found = roll_back(records, feature)
    deployed = found.deployment
    lines = [f"{deployed.url} serves revision {deployed.revision[:10]} again ({deployed.id})"]
    if found.earlier:
        lines.append(would_bring_back(feature, found.earlier.revision))
    lines.append(f"behaviors/{feature} is as it was: the next run or `provision` deploys its files")
    print_value(deployed.to_plain(), lines, as_json=as_json)
