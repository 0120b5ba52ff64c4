"""What every level of the sandbox ladder gives and takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from provisioner.judge.verdict import Level

__all__ = ["CLEAN_ENVIRONMENT", "Command", "Confinement", "Level", "Limits", "Outcome", "Sandbox"]

#: All that confined code ever sees of an environment: no key, no home, no path of ours.
CLEAN_ENVIRONMENT: Mapping[str, str] = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TMPDIR": "/tmp",
    "TZ": "UTC",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What confined code may use up.

    Attributes:
        wall_seconds: time on the clock, for the whole tree.
        cpu_seconds: processor time of one process.
        memory_bytes: resident memory of the whole tree; private memory of one process.
        processes: processes and threads alive at one time.
        file_bytes: size of one file written.
        output_bytes: how much of each output stream is kept, half head, half tail.
    """

    wall_seconds: float = 10.0
    cpu_seconds: int = 10
    memory_bytes: int = 1 << 30
    processes: int = 64
    file_bytes: int = 64 << 20
    output_bytes: int = 64 << 10


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a confined command may use, see and reach.

    Attributes:
        limits: see Limits; wall time and the tree's memory are watched from outside.
        folder: the one folder it may write in; None for a temporary one.
        readable: further files and folders it may read.
        environment: what it sees beside CLEAN_ENVIRONMENT.
        cwd: where it starts; None for `folder`, or the temporary one.
        port: the one TCP port of this machine's loopback that it may connect to.
        listener: it is a server, and this the descriptor of the socket that it inherits to
            listen on: it outlives us, belongs to the process group it is started in, and ends
            at a SIGTERM to that.
        supervisor: it confines what it starts by itself, and needs the rights to.
    """

    limits: Limits = Limits()
    folder: Path | None = None
    readable: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    port: int | None = None
    listener: int | None = None
    supervisor: bool = False

    @property
    def stays(self) -> bool:
        """Whether it outlives us."""
        return self.listener is not None

    def start_folder(self, temporary: Path) -> Path:
        """Where it starts, given the temporary folder of its level."""
        return self.cwd or self.folder or temporary

    def variables(self, **own: str) -> dict[str, str]:
        """Its whole environment; `own` are the level's, which the confinement's go before."""
        return {**CLEAN_ENVIRONMENT, **own, **self.environment}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a confined command ended.

    Attributes:
        exit_code: its exit code, None where a signal ended it.
        signal: the signal's number, None where it ended by itself.
        stdout: standard output; a middle beyond the limit is left out and says so.
        stderr: standard error, likewise.
        timed_out: the wall limit was reached.
        out_of_memory: the tree grew beyond its memory limit.
        overcrowded: there were more processes than allowed.
        seconds: wall-clock time.
    """

    exit_code: int | None
    signal: int | None
    stdout: str
    stderr: str
    timed_out: bool
    out_of_memory: bool
    seconds: float
    overcrowded: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A confined command, and what holds inside of it.

    Attributes:
        argv: what to start.
        environment: the whole environment to start it with.
        owns_processes: every process that it can signal belongs to it.
        may_become: it starts as a root that can do nothing but leave for a lesser user.
        end: what to run when it has ended or was killed, () for nothing.
        families: address families of which it may make sockets, all of them its own network's.
        temporary: the folders inside that it can write to and nobody else sees.
        proxy_port: the port that sandbox/tcp_proxy.py, a part of argv, is to be connected to.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    owns_processes: bool = False
    may_become: bool = False
    families: tuple[int, ...] = ()
    end: tuple[str, ...] = ()
    temporary: tuple[str, ...] = ()
    proxy_port: int | None = None


class Sandbox(Protocol):
    """One way of confining a command."""

    @property
    def level(self) -> Level:
        """The name of this way."""

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """Wrap a command, as data; starting it is the caller's.

        Args:
            argv: what to run.
            confinement: what it may use, see and reach.
            private: an empty folder of the caller's, for levels that have no file system of
                their own to put temporary files in.

        Raises:
            SandboxUnavailable: this level cannot give what it needs.
        """

    async def run(
        self, argv: Sequence[str], confinement: Confinement = Confinement(), *, stdin: bytes = b""
    ) -> Outcome:
        """Run a command to its end; nothing it started survives."""
