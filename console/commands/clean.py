"""clean: remove what nobody uses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from console.options import records_of
from console.parameters import json_option, workspace_option
from console.view.output import print_value
from ledger.text.counted import counted

if TYPE_CHECKING:
    from graph.cleaning import Cleaned, Unused


@click.command("clean")
@click.option("--dry-run", is_flag=True, help="Show what would be removed; remove nothing.")
@workspace_option
@json_option
def clean(dry_run: bool, workspace: str | None, as_json: bool) -> None:
    """Remove environments and images that nobody uses, and what killed runs left.

    Environments are this workspace's. Images are those that this tool has built in the container
    engine, for any workspace; of each feature the newest three stay, and all that containers have.
    """
    from graph.cleaning import clean as clean_up

    with records_of(workspace, or_empty=True) as records:
        cleaned = asyncio.run(clean_up(records, dry_run=dry_run))
    print_value(asdict(cleaned), _lines(cleaned), as_json=as_json)


def _lines(cleaned: Cleaned) -> Iterator[str]:
    removed = "would be removed" if cleaned.dry_run else "removed"
    ended = "would be ended" if cleaned.dry_run else "ended"
    environments, images = cleaned.environments, cleaned.images
    yield f"{counted(len(environments), 'environment')} of this workspace {removed}"
    yield from map(_line, environments)
    yield f"{counted(len(images), 'image')} of this machine's engine {removed}"
    yield from map(_line, images)
    yield f"{counted(cleaned.sandboxes, 'sandbox')} of killed commands {ended}"
    yield f"{counted(cleaned.folders, 'temporary folder')} of killed commands {removed}"
    if cleaned.under_way:
        yield f"environments are kept: run {', '.join(cleaned.under_way)} is under way"


def _line(one: Unused) -> str:
    return f"  {one.bytes / 1e6:,.1f} MB  {one.what}  ({one.name})"
