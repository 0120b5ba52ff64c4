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
    from graph.cleaning import Cleaned


@click.command("clean")
@workspace_option
@json_option
def clean(workspace: str | None, as_json: bool) -> None:
    """Remove environments and images that nobody uses, and what killed runs left."""
    from graph.cleaning import clean as clean_up

    with records_of(workspace, or_empty=True) as records:
        cleaned = asyncio.run(clean_up(records))
    print_value(asdict(cleaned), _lines(cleaned), as_json=as_json)


def _lines(cleaned: Cleaned) -> Iterator[str]:
    yield f"{counted(len(cleaned.environments), 'environment')} removed"
    yield from (f"  {name}" for name in cleaned.environments)
    yield f"{counted(len(cleaned.images), 'image')} removed"
    yield from (f"  {name}" for name in cleaned.images)
    yield f"{counted(cleaned.sandboxes, 'sandbox')} of killed commands ended"
    yield f"{counted(cleaned.folders, 'temporary folder')} of killed commands removed"
    if cleaned.under_way:
        yield f"environments are kept: run {', '.join(cleaned.under_way)} is under way"
