"""What `clean` removes: environments and images that nobody uses, and leftovers of killed runs."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from graph.records import Records
from ledger.text.counted import counted
from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.environment import Environments
from provisioner.feature.lock import LOCK, TEST_LOCK, Lock
from provisioner.files.reading import read_file
from provisioner.files.temporary import remove_abandoned
from provisioner.files.workspace import BEHAVIORS
from provisioner.image.cleanup import remove_images
from provisioner.judge.packages import runner_lock
from provisioner.modes.leftovers import end_abandoned_sandboxes


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was removed.

    Attributes:
        environments: names of folders in .ai-deploy/environments.
        images: tags of images of this tool's in the container engine.
        under_way: ids of runs that are under way, and so kept all environments.
    """

    environments: tuple[str, ...]
    images: tuple[str, ...]
    sandboxes: int
    folders: int
    under_way: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What a run removed to make room, in words, "" for nothing; and how full the disk is now."""

    removed: str
    disk: str


async def make_room(records: Records, run_id: str) -> Room:
    """Remove what nobody uses on behalf of a run, which has no step under way."""
    cleaned = await clean(records, on_behalf_of=run_id)
    counts = {
        "environment": len(cleaned.environments),
        "image": len(cleaned.images),
        "temporary folder": cleaned.folders,
    }
    removed = ", ".join(counted(number, what) for what, number in counts.items() if number)
    place = records.workspace.state_dir
    disk = shutil.disk_usage(place)
    return Room(removed, f"{disk.free >> 20:,} of {disk.total >> 20:,} MB are free at {place}")


async def clean(records: Records, *, on_behalf_of: str = "") -> Cleaned:
    """Remove what nobody uses; while a run is under way, but for one's own, environments stay."""
    runs = records.ledger.runs.list(limit=1_000)
    running = (run for run in runs if run.status == "running" and not run.abandoned)
    living = [run.run_id for run in running if run.run_id != on_behalf_of]
    removed = []
    if not living:
        environments = Environments(records.workspace.state_dir)
        used = {place async for place in _used(records, environments)}
        removed = await environments.remove_unused(used)
    return Cleaned(
        environments=tuple(path.name for path in removed),
        images=await asyncio.to_thread(remove_images),
        sandboxes=await end_abandoned_sandboxes(),
        folders=remove_abandoned(),
        under_way=tuple(living),
    )


async def _used(records: Records, environments: Environments) -> AsyncIterator[Path]:
    """The environments of all features of the workspace, as their two sides use them."""
    for folder in sorted((records.workspace.root / BEHAVIORS).glob("*")):
        with contextlib.suppress(FeatureConfigInvalid):  # it asks for a Python that is gone
            its = await environments.for_folder(folder)
            yield its.place(runner_lock(its.interpreter))
            for name in (LOCK, TEST_LOCK):
                lock = Lock.parse(read_file(folder / name) or b"", f"{folder.name}/{name}")
                yield its.place(lock)
                yield its.place(lock.of_tests)
