"""The descendants of a process: listing them, their memory, and killing them all."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

_PATIENCE_SECONDS = 1.0
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def descendants(pid: int) -> list[int]:
    """List the living descendants of `pid`; [] where there is no /proc."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, _read(f"{task}/children").split())
    return found[1:]


def resident_bytes(pid: int) -> int:
    """Sum the resident memory of `pid` and its descendants; shared pages count for each."""
    total = 0
    for one in (pid, *descendants(pid)):
        fields = _read(f"/proc/{one}/statm").split()
        total += int(fields[1]) * _PAGE if len(fields) > 1 else 0
    return total


def end_descendants(pid: int) -> None:
    """Kill all descendants: first all are stopped, so that none escapes by forking.

    One that was sent SIGSTOP may still be forking, so this is repeated until all have stopped.
    """
    stopped: set[int] = set()
    until = time.monotonic() + _PATIENCE_SECONDS
    halted = {psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP}
    while time.monotonic() < until and (alive := _states_below(pid)):
        _signal(alive.keys() - stopped, signal.SIGSTOP)
        if alive.keys() <= stopped and {*alive.values()} <= halted:
            _signal(alive, signal.SIGKILL)
        stopped |= alive.keys()
    _signal(_states_below(pid), signal.SIGKILL)


def _states_below(pid: int) -> dict[int, str]:
    """The states of the living descendants.

    psutil looks at all processes of the machine: the kernel's lists of children, which
    `descendants` reads, omit some while others of them end.
    """
    states: dict[int, str] = {}
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                states[one.pid] = one.status()
    ended = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    return {one: state for one, state in states.items() if state not in ended}


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for one in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(one, number)


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
