"""maintain: change the files of providers, or the tool itself; tried before the change stays."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.options import layers_from
from console.parameters import json_option, path_option, workspace_option
from console.view.output import print_value

if TYPE_CHECKING:
    from graph.request import Approve


@click.command("maintain")
@click.argument("patch", metavar="[PATCH|-]", required=False, type=path_option)
@click.option(
    "--model", metavar="VENDOR.TIER=NAME", help="Ask that model from now on, in place of a patch."
)
@click.option(
    "--category",
    type=click.Choice(("provider-maintenance", "core-bugfix")),
    default="provider-maintenance",
    help="What is changed: the models and prices, or the tool's code in its own clone.",
)
@click.option("--bootstrap", is_flag=True, help="Allow files that start the tool or judge it.")
@click.option("--yes", is_flag=True, help="Approve the change.")
@click.option("--no-input", is_flag=True, help="Never ask: stop with exit code 3.")
@workspace_option
@json_option
def maintain(
    patch: str | None,
    model: str | None,
    category: str,
    bootstrap: bool,
    yes: bool,
    no_input: bool,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Change models.yaml, pricing.yaml, or the section assistant of deployment.yaml, by a diff.

    The change is shown and has to be approved. It is reviewed, applied whole, loaded, and the
    provider is asked whether it has the models; in a clone of the tool its own tests run. Where any
    of it fails, it is taken back.
    """
    if (patch is None) == (model is None):
        raise click.UsageError("give either a patch or --model")
    from graph.config.workspace import find_workspace, load_environment
    from graph.maintenance.run import maintain as change

    root = find_workspace(workspace)
    environ = load_environment(root)
    settings = layers_from({}, root, environ).settings
    with ExitStack() as stack:
        changing = change(
            root,
            settings,
            environ,
            category,  # type: ignore[arg-type]  # click has checked it
            approve=_approval(stack, yes=yes, silent=no_input or as_json),
            patch=_read(patch) if patch else b"",
            model=_place(model) if model else None,
            bootstrap=bootstrap,
        )
        changed = asyncio.run(changing)
    value = {"schema": 1, "category": category, "changed": list(changed)}
    print_value(value, (f"changed  {path}" for path in changed), as_json=as_json)


def _approval(stack: ExitStack, *, yes: bool, silent: bool) -> Approve:
    from graph.request import agree, refuse

    if yes:
        return agree
    if silent or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return refuse
    from console.view.approval import terminal_approval
    from console.view.view import open_view

    return terminal_approval(stack.enter_context(open_view(plain=False)))


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{name}: {error.strerror}") from error


def _place(text: str) -> tuple[str, str, str]:
    place, found, name = text.partition("=")
    vendor, dot, tier = place.partition(".")
    if not (found and dot and name.strip()):
        raise click.UsageError("--model takes VENDOR.TIER=NAME, as in openai.best=the-model")
    return vendor, tier, name.strip()
