"""Process groups: signalling them, and whether one still runs."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil

ENDED = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


def signal_group(group: int, number: signal.Signals) -> None:
    """Signal every process of a group; nothing happens where it has ended."""
    # PermissionError: macOS answers so for a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def group_runs(group: int) -> bool:
    """Whether a process of the group still runs; zombies, which somebody else must reap, don't."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # as above
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):  # it has ended
            if os.getpgid(pid) == group and psutil.Process(pid).status() not in ENDED:
                return True
    return False
