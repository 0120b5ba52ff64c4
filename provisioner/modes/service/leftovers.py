"""Processes that a killed run left: found by the run's label in their environment, or by the
private folder of a dead process that a sandbox was made for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection
from pathlib import Path

import psutil

from ledger.process import find_process
from provisioner.files.temporary import is_abandoned
from provisioner.modes.base import Deployment
from provisioner.modes.service.provisioner import running_service
from provisioner.process import stop_process
from provisioner.sandbox.base import RUN_LABEL
from provisioner.sandbox.tree import descendants

_GRACE_SECONDS = 2.0


async def end_leftovers(
    labels: Collection[str], state: Path, spared: Deployment | None = None
) -> int:
    """End the processes that carry one of these runs' labels; returns how many there were.

    Args:
        labels: of runs that no living process executes.
        state: the workspace's state folder, where deployments are recorded.
        spared: a deployment that goes on serving, with all processes below it.
    """
    if not labels:
        return 0
    service = running_service(state, spared) if spared else None
    stays = {service.process.pid, *descendants(service.process.pid)} if service else set()
    return await _end_all(
        lambda one: one.pid not in stays and one.environ().get(RUN_LABEL) in labels
    )


async def end_abandoned_sandboxes(*, dry_run: bool = False) -> int:
    """End the sandboxes of killed processes; returns how many there were.

    With `dry_run` they are counted alone. bwrap asks to die with its parent only a moment after
    its start.
    """

    def abandoned(process: psutil.Process) -> bool:
        program, *words = process.cmdline() or [""]
        ours = Path(program).name == "bwrap" and process.uids().effective == os.getuid()
        return ours and any(is_abandoned(Path(word).name) for word in words)

    return await _end_all(abandoned, dry_run=dry_run)


async def _end_all(matches: Callable[[psutil.Process], bool], *, dry_run: bool = False) -> int:
    found = []
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # it has ended, or is another user's
            if matches(one) and (process := find_process(one.pid)):
                found.append(process)
    for process in () if dry_run else found:
        await stop_process(process, _GRACE_SECONDS)
    return len(found)
