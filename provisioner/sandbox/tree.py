"""The processes below one: how much memory they hold, and an end to all of them (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")
_PATIENCE_SECONDS = 1.0
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
    """Kill everything below `pid`: first all are stopped, so that none escapes by forking.

    Who was told to stop may still be starting another, so it is looked again until all stand.
    """
    told: set[int] = set()
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        alive = _alive_below(pid)
        if not alive:
            return
        _signal(alive.keys() - told, signal.SIGSTOP)
        if alive.keys() <= told and all(state in "Tt" for state in alive.values()):
            _signal(alive, signal.SIGKILL)
        told |= alive.keys()
    _signal(_alive_below(pid), signal.SIGKILL)


def _alive_below(pid: int) -> dict[int, str]:
    """Every living process below `pid` and its state, the letter of proc_pid_stat(5).

    Read from all processes: the lists of children that `descendants` goes by leave some out
    while others of them end.
    """
    if not (_PROC / str(pid)).exists():
        return {}
    children: dict[int, list[tuple[int, str]]] = {}
    for entry in _entries(_PROC):
        if entry.name.isdecimal():
            fields = _read(entry / "stat").rpartition(")")[2].split()
            if fields:
                children.setdefault(int(fields[1]), []).append((int(entry.name), fields[0]))
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting += [child for child, _ in below]
    return {child: state for child, state in found.items() if state not in "ZX"}


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for one in pids:
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
