"""What killed runs left behind, removed before the next run begins."""

from __future__ import annotations

import shutil

from graph.events import EVENTS
from graph.run.resources import House
from ledger.lock import named_by_locks
from ledger.runs import Run
from provisioner.files.temporary import remove_abandoned, remove_staged
from provisioner.process.leftovers import end_abandoned_sandboxes, end_leftovers

_TIDIED = 20  # latest runs of a feature that are looked at


async def tidy_up(house: House, going_on: Run | None) -> None:
    """Remove what runs of this feature left behind that were killed; its lock is ours.

    What a run that goes on has deployed already is no leftover.
    """
    runs = house.ledger.runs.list(limit=_TIDIED, feature=house.order.feature)
    killed = [run.run_id for run in runs if run.status != "done"]
    labels = [house.label(run_id) for run_id in killed]
    spared = await house.deployed(going_on.run_id) if going_on else None
    await end_leftovers(labels, house.workspace.state_dir, spared)
    await end_abandoned_sandboxes()
    remove_abandoned()
    for run in runs:
        if run.status == "done" and run.untold:  # perhaps killed before it could do so
            await house.forget(run.run_id)
    for folder in [house.folder().path, *map(house.workspace.run_dir, killed)]:
        remove_staged(folder)
    _remove_unborn(house)


def _remove_unborn(house: House) -> None:
    """Remove the folders of runs that were killed before they were recorded.

    A living run of another feature that is about to be recorded is named by its lock. In this
    order, for it is recorded before its lock is gone. A run that was recorded has told something,
    even where the record itself was lost since.
    """
    if house.ledger.database.dialect != "sqlite":
        return  # then locks are no files, and nobody can tell who is about to begin
    runs = (house.workspace.state_dir / "runs").glob("*")
    folders = [path for path in runs if path.is_dir() and not (path / EVENTS).exists()]
    held = named_by_locks(house.workspace.state_dir)
    for folder in folders:
        if folder.name not in held and house.ledger.runs.get(folder.name) is None:
            shutil.rmtree(folder, ignore_errors=True)
