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
    """Resource limits of confined code.

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
        listener: descriptor of the listening socket that a server inherits. A server outlives
            this process, stays in the process group it is started in, and ends at a SIGTERM to it.
        supervisor: it confines what it starts by itself, and needs the capabilities to.
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
    def background(self) -> bool:
        """Whether it outlives this process."""
        return self.listener is not None

    def start_folder(self, temporary: Path) -> Path:
        """Choose where it starts, given the temporary folder of its level."""
        return self.cwd or self.folder or temporary

    def variables(self, **own: str) -> dict[str, str]:
        """Its whole environment; the confinement's variables override `own`, the level's."""
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
    """A confined command, and what is true inside of it.

    Attributes:
        argv: what to start.
        environment: the whole environment to start it with.
        owns_processes: every process that it can signal belongs to it.
        may_become: it starts as a root whose only capability is to become another user.
        end: command to run when it has ended or was killed, () for none.
        families: address families of which it may make sockets, within its own network namespace.
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


class Sandbox(ABC):
    """One way of confining a command."""

    __slots__ = ()

    @property
    @abstractmethod
    def level(self) -> Level:
        """The name of this way."""

    @abstractmethod
    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """Wrap a command, without starting it.

        Args:
            argv: what to run.
            confinement: what it may use, see and reach.
            private: an empty folder of the caller's, for levels that have no file system of
                their own to put temporary files in.

        Raises:
            SandboxUnavailable: this level cannot do it.
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
        from provisioner.sandbox.process import run_command  # imports the records above

        with private_folder("sandbox") as private:
            command = self.confine(argv, confinement, private=Path(private))
            folder = confinement.start_folder(Path(private))
            return await run_command(command, folder, confinement.limits, stdin)
