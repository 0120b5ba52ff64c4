"""Which process did something, told apart from a later one with the same number."""

from __future__ import annotations

import functools
import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A process of some machine.

    Attributes:
        pid: its number there.
        host: the machine's name.
        started: boot and start time as one token, ``""`` where the system does not tell.
    """

    pid: int
    host: str
    started: str

    def __str__(self) -> str:
        return f"{self.pid} {self.started or '-'} {self.host}"

    @classmethod
    def parse(cls, text: str) -> Process | None:
        """The process that ``str()`` wrote, None where the text is something else."""
        pid, _, rest = text.partition(" ")
        started, _, host = rest.partition(" ")
        if not pid.isdecimal() or not host:
            return None
        return cls(int(pid), host, "" if started == "-" else started)

    def alive(self) -> bool:
        """True while this very process runs here; False for one of another machine."""
        if self.host != socket.gethostname():
            return False
        started = start_token(self.pid)
        if started or self.started:
            return started == self.started
        return _answers(self.pid)


def this_process() -> Process:
    """The calling process."""
    return _of(os.getpid())


def this_process_text() -> str:
    """``str(this_process())``, made once a process."""
    return _text_of(os.getpid())


@functools.lru_cache(maxsize=1)
def _text_of(pid: int) -> str:
    return str(_of(pid))


@functools.lru_cache(maxsize=1)
def _of(pid: int) -> Process:
    return Process(pid, socket.gethostname(), start_token(pid))


def start_token(pid: int) -> str:
    """Start time in clock ticks since boot with the boot's id, proc(5) field 22; "" if unknown.

    A process that has ended and is not reaped yet counts as gone.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except OSError:
        return ""
    # The command's name stands in parentheses and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else f"{boot[:8]}-{fields[19]}"


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
