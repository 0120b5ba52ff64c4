"""The interface of a sandbox level, and its records: limits, confinement, command, outcome."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from provisioner.judge.verdict import Level

__all__ = ["CLEAN_ENVIRONMENT", "Command", "Confinement", "Level", "Limits", "Outcome", "Sandbox"]

#: The whole environment of confined code, but for a level's and a caller's own variables.
CLEAN_ENVIRONMENT: Mapping[str, str] = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TMPDIR": "/tmp",
    "TZ": "UTC",
}

#: What a supervisor needs to hand its children over to another user and to clear up after them.
SUPERVISOR = ("SETUID", "SETGID", "KILL", "CHOWN", "DAC_OVERRIDE", "FOWNER")
#: Linux's numbers of AF_UNIX, AF_INET, AF_INET6 and of AF_NETLINK, by which libc lists interfaces.
FAMILIES = (1, 2, 10, 16)


@dataclass(frozen=True, slots=True)
class Limits:
    """Resource limits of confined code."""

    wall_seconds: float = 10.0  # time on the clock, for the whole tree
    cpu_seconds: int = 10  # processor time of one process
    memory_bytes: int = 1 << 30  # resident, of the whole tree; private, of one process
    processes: int = 64  # processes and threads alive at one time
    file_bytes: int = 64 << 20  # size of one file written
    output_bytes: int = 64 << 10  # how much of each output is kept, half head, half tail


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a confined command may use, see and reach.

    A command that is given a listening socket is a server: it outlives this process, stays in the
    process group it is started in, and ends at a SIGTERM to that.
    """

    limits: Limits = Limits()  # wall time and the tree's memory are watched from outside
    folder: Path | None = None  # the one folder it may write in; None for a temporary one
    readable: tuple[Path, ...] = ()  # further files and folders it may read
    environment: Mapping[str, str] = field(default_factory=dict)  # beside CLEAN_ENVIRONMENT
    cwd: Path | None = None  # where it starts; None for `folder`, or the temporary one
    port: int | None = None  # the one TCP port of our loopback that it may connect to
    listener: int | None = None  # descriptor of the listening socket
    supervisor: bool = False  # it confines what it starts itself, and needs the capabilities to

    @property
    def background(self) -> bool:
        """Whether it outlives this process."""
        return self.listener is not None

    def start_folder(self, temporary: Path) -> Path:
        """Choose where it starts, given the temporary folder of its level."""
        return self.cwd or self.folder or temporary

    def variables(self, temporary: Path | None = None) -> dict[str, str]:
        """Its whole environment, given the temporary folder of a level that has no /tmp."""
        own = {} if temporary is None else dict.fromkeys(("HOME", "TMPDIR"), str(temporary))
        return {**CLEAN_ENVIRONMENT, **own, **self.environment}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a confined command ended; a middle of its outputs beyond the limit is left out."""

    exit_code: int | None  # None where a signal ended it
    signal: int | None  # None where it ended by itself
    stdout: str
    stderr: str
    timed_out: bool  # the wall limit was reached
    out_of_memory: bool  # the tree grew beyond its memory limit
    seconds: float  # wall-clock time
    overcrowded: bool = False  # there were more processes than allowed


@dataclass(frozen=True, slots=True)
class Command:
    """A confined command, and what is true inside of it."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)  # the whole one
    owns_processes: bool = False  # every process that it can signal belongs to it
    may_become: bool = False  # it starts as a root that can only become another user
    families: tuple[int, ...] = ()  # of sockets it may make, in its own network namespace
    end: tuple[str, ...] = ()  # command to run when it has ended or was killed
    temporary: tuple[str, ...] = ()  # the folders that it can write to and nobody else sees
    proxy_port: int | None = None  # what sandbox/tcp_proxy.py, a part of argv, is to be joined to


class Sandbox(ABC):
    """One way of confining a command."""

    __slots__ = ()

    @property
    @abstractmethod
    def level(self) -> Level:
        """The name of this way."""

    @abstractmethod
    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """Wrap a command, without starting it; raises SandboxUnavailable.

        `private` is an empty folder of the caller's, for the temporary files of levels that have
        no file system of their own.
        """

    async def run(
        self,
        argv: Sequence[str],
        confinement: Confinement = Confinement(),  # frozen
        *,
        stdin: bytes = b"",
    ) -> Outcome:
        """Run a command to its end; nothing it started survives."""
        from provisioner.files.temporary import private_folder
        from provisioner.sandbox.process import run_confined  # imports the records above

        with private_folder("sandbox") as private:
            command = self.confine(argv, confinement, private=Path(private))
            folder = confinement.start_folder(Path(private))
            return await run_confined(command, folder, confinement.limits, stdin)
