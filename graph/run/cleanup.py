"""Cleanup of what killed runs left behind, before the next run begins."""

from __future__ import annotations

import shutil

from graph.events import EVENTS
from graph.run.resources import RunResources
from ledger.lock import locked_runs
from ledger.runs import Run
from provisioner.files.temporary import remove_abandoned, remove_staged
from provisioner.modes.base import Deployment
from provisioner.modes.leftovers import end_abandoned_sandboxes, end_leftovers

_LATEST = 20  # runs of a feature that are looked at


async def clean_up(resources: RunResources, going_on: Run | None) -> None:
    """Remove what killed runs of this feature left behind; the caller holds its lock.

    What a run that goes on has deployed already, by its last checkpoint, stays.
    """
    runs = resources.ledger.runs.list(limit=_LATEST, feature=resources.request.feature)
    killed = [run.run_id for run in runs if run.status != "done"]
    labels = [resources.label(run_id) for run_id in killed]
    state = await resources.checkpoints.state(going_on.run_id) if going_on else {}
    plain = state.get("deployment")
    spared = Deployment.of_plain(plain) if plain else None
    await end_leftovers(labels, resources.workspace.state_dir, spared)
    await end_abandoned_sandboxes()
    remove_abandoned()
    for run in runs:
        if run.status == "done" and run.unreported:  # perhaps killed before it was forgotten
            await resources.checkpoints.forget(run.run_id)
    for folder in [resources.folder().path, *map(resources.workspace.run_dir, killed)]:
        remove_staged(folder)
    _remove_unrecorded(resources)


def _remove_unrecorded(resources: RunResources) -> None:
    """Remove the folders of runs that were killed before they were recorded.

    A living run of another feature that is about to be recorded is named by its lock; the locks
    are read first, since a run is recorded before its lock is gone. A run that was recorded has
    events, even where the record itself was lost since.
    """
    if resources.place:
        return  # a shared ledger: runs that are about to be recorded cannot be found
    runs = (resources.workspace.state_dir / "runs").glob("*")
    folders = [path for path in runs if path.is_dir() and not (path / EVENTS).exists()]
    held = locked_runs(resources.workspace.state_dir)
    for folder in folders:
        if folder.name not in held and resources.ledger.runs.get(folder.name) is None:
            shutil.rmtree(folder, ignore_errors=True)
