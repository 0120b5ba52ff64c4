"""Processes that a killed run left: found by the run's label in their environment, or by the
private folder of a dead process that a sandbox was made for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from pathlib import Path

import psutil

from ledger.process import Process, find_process
from provisioner.files.temporary import is_abandoned
from provisioner.modes.base import Deployment
from provisioner.modes.service import running_service
from provisioner.process import stop_process
from provisioner.sandbox.labelled import RUN_LABEL
from provisioner.sandbox.tree import descendants

_GRACE_SECONDS = 2.0


async def end_leftovers(
    labels: Collection[str], state: Path, spared: Deployment | None = None
) -> int:
    """End the processes that carry one of these runs' labels; returns how many there were.

    No process without such a label is touched.

    Args:
        labels: of runs that no living process executes.
        state: the workspace's state folder, where deployments are recorded.
        spared: a deployment that goes on serving, with all processes below it.
    """
    service = running_service(state, spared) if spared else None
    stays = {service.process.pid, *descendants(service.process.pid)} if service else set()
    found = []
    for one in psutil.process_iter() if labels else ():
        with contextlib.suppress(psutil.Error):  # it has ended, or is another user's
            if one.pid not in stays and one.environ().get(RUN_LABEL) in labels:
                found.append(find_process(one.pid))
    return await _end(found)


async def end_abandoned_sandboxes() -> int:
    """End the sandboxes of killed processes; returns how many there were.

    bwrap asks to die with its parent only a moment after its start.
    """
    found = []
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ValueError):  # as above, or no command line
            program, *words = one.cmdline()
            ours = Path(program).name == "bwrap" and one.uids().effective == os.getuid()
            if ours and any(map(is_abandoned, {Path(word).name for word in words})):
                found.append(find_process(one.pid))
    return await _end(found)


async def _end(found: Collection[Process | None]) -> int:
    alive = [process for process in found if process is not None]
    for process in alive:
        await stop_process(process, _GRACE_SECONDS)
    return len(alive)
