"""Who runs: start times and groups, from /proc, or from `ps` where there is no /proc."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from provisioner.process.environment import clean_environment


def signal_group(group: int, number: signal.Signals) -> None:
    """Signal every process of a group; one that is gone is no error."""
    # PermissionError: macOS answers so for a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def start_time(pid: int, *, ended: bool = False) -> str:
    """When a process began, "" where there is none or (unless `ended` is asked) it has ended.

    On Linux the clock ticks since boot, with the boot's id: after a restart of the machine the
    same numbers come again.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return "" if Path("/proc/self/stat").exists() else _start_time_from_ps(pid, ended)
    return "" if fields[0] in "ZX" and not ended else f"{fields[19]}@{boot}"


def _start_time_from_ps(pid: int, ended: bool) -> str:
    state, _, start = _ps("-o", "stat=,lstart=", "-p", str(pid)).strip().partition(" ")
    return "" if state.startswith("Z") and not ended else start.strip()


def group_runs(group: int) -> bool:
    """Whether a process of the group still runs; zombies, which somebody else must reap, don't."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # macOS answers so for zombies; ps tells
    if not Path("/proc/self/stat").exists():
        rows = (line.split() for line in _ps("-A", "-o", "pgid=,stat=").splitlines())
        return any(row[0] == str(group) and not row[1].startswith("Z") for row in rows)
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended while we looked
            fields = entry.read_text().rpartition(")")[2].split()
            if fields[2] == str(group) and fields[0] not in "ZX":
                return True
    return False


def _ps(*arguments: str) -> str:
    argv, env = ["ps", *arguments], clean_environment({"LC_ALL": "C"})
    return subprocess.run(argv, capture_output=True, text=True, check=False, env=env).stdout
