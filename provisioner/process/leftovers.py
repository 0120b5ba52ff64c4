"""What a killed run left running: found by the run's label in the process's environment, or by
the folder of a dead process that a sandbox was made for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from provisioner.files.temporary import is_abandoned
from provisioner.modes.base import Deployment
from provisioner.modes.process import RUN_LABEL
from provisioner.modes.service import running_service
from provisioner.process import Started, stop_process
from provisioner.process.identity import start_time
from provisioner.sandbox.tree import descendants

_PROC = Path("/proc")
_GRACE_SECONDS = 2.0


def process_label(run_id: str, workspace: Path) -> str:
    """The label of a run's processes. Its id alone would fit a copy of the workspace, too."""
    where = hashlib.sha256(os.fsencode(workspace.resolve())).hexdigest()
    return f"{run_id}@{where[:16]}"


async def end_leftovers(
    labels: Collection[str], state: Path, spared: Deployment | None = None
) -> int:
    """End the processes that carry one of these runs' labels; gives how many there were.

    Nothing else is touched: a process without the label is a stranger's. Where there is no
    /proc, nothing is found.

    Args:
        labels: of runs that nobody carries on.
        state: the workspace's state folder, where deployments are recorded.
        spared: a deployment that goes on serving, with all processes below it.
    """
    service = running_service(state, spared) if spared else None
    stays = {service.pid, *descendants(service.pid)} if service else set()
    found = [process for process in _labelled(labels) if process.pid not in stays]
    for process in found:
        await stop_process(process, _GRACE_SECONDS)
    return len(found)


async def end_abandoned_sandboxes() -> int:
    """End the sandboxes whose maker was killed before they could ask to die with it (bwrap does
    so a moment after its start); gives how many there were."""
    found = list(_abandoned_sandboxes())
    for process in found:
        await stop_process(process, _GRACE_SECONDS)
    return len(found)


def _abandoned_sandboxes() -> Iterator[Started]:
    for entry in _processes():
        try:
            argv = os.fsdecode((entry / "cmdline").read_bytes()).split("\0")
            ours = entry.stat().st_uid == os.getuid()
        except OSError:  # it has ended
            continue
        if not ours or Path(argv[0]).name != "bwrap":
            continue
        named = {Path(word).name for word in argv[1:]}
        began = start_time(int(entry.name)) if any(map(is_abandoned, named)) else ""
        if began:
            yield Started(int(entry.name), began)


def _processes() -> Iterator[Path]:
    if _PROC.is_dir():
        yield from (entry for entry in _PROC.iterdir() if entry.name.isdecimal())


def _labelled(labels: Collection[str]) -> Iterator[Started]:
    wanted = {f"{RUN_LABEL}={label}".encode() for label in labels}
    if not wanted:
        return
    for entry in _processes():
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended, or is another user's
            continue
        began = start_time(int(entry.name)) if wanted.intersection(environment) else ""
        if began:
            yield Started(int(entry.name), began)
