"""What `clean` removes: environments and images that nobody uses, and leftovers of killed runs."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from graph.records import Records
from ledger.text.counted import counted
from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.packages.environment import Environments
from provisioner.feature.packages.lock import LOCK, TEST_LOCK, Lock
from provisioner.files.reading import read_file
from provisioner.files.temporary import remove_abandoned
from provisioner.files.workspace import BEHAVIORS
from provisioner.image import labels
from provisioner.image.cleanup import clean_images
from provisioner.image.decision import KnownImage
from provisioner.judge.packages import runner_lock
from provisioner.modes.service.leftovers import end_abandoned_sandboxes


@dataclass(frozen=True, slots=True)
class Unused:
    """Something that nobody uses.

    Attributes:
        name: of its folder, or its tag.
        what: what it is, for a person.
        bytes: its size; parts of it may be shared with what stays.
    """

    name: str
    what: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was removed, or in a dry run what would be.

    Attributes:
        environments: folders in .ai-deploy/environments.
        images: of this tool's, in the container engine that all workspaces of a machine share.
        sandboxes, folders: how many killed commands left, of any workspace.
        under_way: ids of runs that are under way, and so kept all environments.
    """

    dry_run: bool
    environments: tuple[Unused, ...]
    images: tuple[Unused, ...]
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


async def clean(records: Records, *, on_behalf_of: str = "", dry_run: bool = False) -> Cleaned:
    """Remove what nobody uses; while a run is under way, but for one's own, environments stay.

    With `dry_run` it is listed alone.
    """
    runs = records.ledger.runs.list(limit=1_000)
    running = (run for run in runs if run.status == "running" and not run.abandoned)
    living = [run.run_id for run in running if run.run_id != on_behalf_of]
    environments = Environments(records.workspace.state_dir)
    unused: dict[Path, Unused] = {}
    if not living:
        used = {place async for place in _used(records, environments)}
        unused = {place: _described(place) for place in environments.find_unused(used)}
        if not dry_run:
            removed = await environments.remove_unused(used)
            unused = {place: unused[place] for place in removed if place in unused}
    images = await asyncio.to_thread(clean_images, dry_run=dry_run)
    return Cleaned(
        dry_run=dry_run,
        environments=tuple(unused.values()),
        images=tuple(Unused(one.tag, _kind_of(one), one.size) for one in images),
        sandboxes=await end_abandoned_sandboxes(dry_run=dry_run),
        folders=remove_abandoned(dry_run=dry_run),
        under_way=tuple(living),
    )


def _described(place: Path) -> Unused:
    """An environment by its packages; its size without what uv's cache shares with it."""
    names = sorted(path.name for path in place.glob("lib/*/site-packages/*.dist-info"))
    packages = [name.removesuffix(".dist-info").replace("-", "==", 1) for name in names]
    files = (path.lstat() for path in place.rglob("*"))
    size = sum(one.st_size for one in files if stat.S_ISREG(one.st_mode) and one.st_nlink == 1)
    return Unused(place.name, ", ".join(packages) or "without packages", size)


def _kind_of(image: KnownImage) -> str:
    """What an image of this tool's is."""
    if image.labels[labels.KIND] == labels.ENVIRONMENT:
        return "packages of features"
    return f"feature {image.labels.get(labels.FEATURE, '')}, an older release"


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
