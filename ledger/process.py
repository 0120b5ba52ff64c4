"""Identity of processes: distinct from a later process with the same number."""

from __future__ import annotations

import functools
import os
import socket
from dataclasses import dataclass

import psutil

_START_SECONDS = 0.02  # the system counts a process's start in hundredths of a second
_BOOT_SECONDS = 300.0  # a clock that is set moves the time of the boot, too


@dataclass(frozen=True, slots=True)
class Process:
    """A process of some machine.

    Attributes:
        started: seconds from the machine's boot to the process's start, which no clock moves.
        boot: when the machine was booted, seconds since 1970.
    """

    pid: int
    host: str
    started: float
    boot: float

    @functools.lru_cache(maxsize=8)  # noqa: B019 - of each call the same few small records
    def __str__(self) -> str:
        return f"{self.pid} {self.started:.2f} {self.boot:.0f} {self.host}"

    @classmethod
    def parse(cls, text: str) -> Process | None:
        """Read what ``str()`` wrote; None where the text is something else."""
        try:
            pid, started, boot, host = text.split(" ", 3)
            return cls(int(pid), host, float(started), float(boot))
        except ValueError:
            return None

    def alive(self) -> bool:
        """Whether this very process runs here; False for one of another machine."""
        if self.host != socket.gethostname():
            return False
        now = find_process(self.pid)
        return (
            now is not None
            and abs(now.started - self.started) <= _START_SECONDS
            and abs(now.boot - self.boot) <= _BOOT_SECONDS
        )


def this_process() -> Process:
    return _of(os.getpid())


@functools.lru_cache(maxsize=1)
def _of(pid: int) -> Process:
    return _identify(psutil.Process(pid))


def find_process(pid: int) -> Process | None:
    """Return the process with that number on this machine, None where it has ended."""
    try:
        process = psutil.Process(pid)
        ended = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return None if ended else _identify(process)
    except psutil.NoSuchProcess:
        return None


def _identify(process: psutil.Process) -> Process:
    boot = psutil.boot_time()
    started = round(process.create_time() - boot, 2)
    return Process(process.pid, socket.gethostname(), started, round(boot))
