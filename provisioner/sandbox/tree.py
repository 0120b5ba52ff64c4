"""The processes below one: how much memory they hold, and an end to all of them (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def descendants(pid: int) -> list[int]:
    """Every living process started by `pid`, directly or not; [] where /proc is not there."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        for task in _entries(_PROC / str(parent) / "task"):
            children = _read(task / "children").split()
            found += map(int, children)
            waiting += map(int, children)
    return found


def resident_bytes(pid: int) -> int:
    """Resident memory of `pid` and all below it; shared pages count for each."""
    total = 0
    for one in (pid, *descendants(pid)):
        fields = _read(_PROC / str(one) / "statm").split()
        total += int(fields[1]) * _PAGE if len(fields) > 1 else 0
    return total


def end_descendants(pid: int) -> None:
    """Kill everything below `pid`: first all are stopped, so that none escapes by forking."""
    for _ in range(20):
        alive = descendants(pid)
        if not alive:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for one in alive:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(one, number)


def _entries(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError:
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
