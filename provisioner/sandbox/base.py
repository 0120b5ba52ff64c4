"""A sandbox level: its records, its interface, and how a confined command is run to its end."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import signal
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from provisioner.files.temporary import private_folder
from provisioner.judge.verdict import Level
from provisioner.process.command import RunningCommand, run_command, signal_group
from provisioner.sandbox import tcp_proxy
from provisioner.sandbox.tree import descendants, end_descendants, resident_bytes

__all__ = ["CLEAN_ENVIRONMENT", "Command", "Confinement", "Level", "Limits", "Outcome", "Sandbox"]

#: The variable that holds the label of a run's processes.
RUN_LABEL = "AI_DEPLOY_RUN"
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
_WATCH_SECONDS = 0.05
#: A sandbox's own processes, which are none of the confined command's.
_OWN_PROCESSES = 3
_END_SECONDS = 60


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

        `private` is an empty folder for temporary files, for levels without a file system.
        """

    async def run(
        self,
        argv: Sequence[str],
        confinement: Confinement = Confinement(),  # frozen
        *,
        stdin: bytes = b"",
    ) -> Outcome:
        """Run a command to its end; nothing it started survives."""
        with private_folder("sandbox") as private:
            command = self.confine(argv, confinement, private=Path(private))
            folder = confinement.start_folder(Path(private))
            return await _run(command, folder, confinement.limits, stdin)


@dataclass(frozen=True, slots=True)
class Labelled(Sandbox):
    """A sandbox with the run's label in the environment of all it starts.

    One that a killed command has left running, since it was about to ask for a signal at its
    parent's end, is found by that.
    """

    sandbox: Sandbox
    label: str

    @property
    def level(self) -> Level:
        return self.sandbox.level

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        labelled = {**confinement.environment, RUN_LABEL: self.label}
        inner = replace(confinement, environment=labelled)
        return self.sandbox.confine(argv, inner, private=private)


def process_label(run_id: str, workspace: Path) -> str:
    """The label of a run's processes; its id alone would fit a copy of the workspace, too."""
    digest = hashlib.sha256(os.fsencode(workspace.resolve())).hexdigest()
    return f"{run_id}@{digest[:16]}"


class _ConfinedCommand(RunningCommand):
    async def end(self) -> None:
        """Kill it and all below it, and wait until nobody holds its outputs."""
        end_descendants(self.pid)
        signal_group(self.pid, signal.SIGKILL)
        await self.closed.wait()


async def _run(command: Command, folder: Path, limits: Limits, stdin: bytes) -> Outcome:
    began = time.monotonic()
    try:
        with _tcp_proxy(command.proxy_port) as variables:
            running = await _ConfinedCommand.start(
                command.argv,
                cwd=folder,
                env={**command.environment, **variables},
                stdin=stdin,
                output_bytes=limits.output_bytes,
                pass_fds=[int(number) for number in variables.values()],
            )
        try:
            excess = await _watch(running, limits, began)
        finally:
            await running.end()
    finally:
        if end := command.end:
            env = command.environment
            await run_command(end, cwd=Path("/"), env=env, timeout=_END_SECONDS, check=False)
    code = running.exit_code
    return Outcome(
        exit_code=code if code >= 0 else None,
        signal=-code if code < 0 else None,
        stdout=running.stdout.content().decode("utf-8", "replace"),
        stderr=running.stderr.content().decode("utf-8", "replace"),
        timed_out=excess == "time",
        out_of_memory=excess == "memory",
        overcrowded=excess == "processes",
        seconds=time.monotonic() - began,
    )


@contextlib.contextmanager
def _tcp_proxy(port: int | None) -> Iterator[dict[str, str]]:
    """Socket pair to the TCP proxy of what is started in the block, as an environment variable."""
    if port is None:
        yield {}
        return
    ours, theirs = socket.socketpair()

    def connect() -> None:
        with ours, contextlib.suppress(OSError):
            tcp_proxy.connect_on_request(ours, port)

    with theirs:
        threading.Thread(target=connect, name=f"tcp_proxy-{port}", daemon=True).start()
        yield {tcp_proxy.REACH_VARIABLE: str(theirs.fileno())}


async def _watch(
    running: RunningCommand, limits: Limits, began: float
) -> Literal["", "time", "memory", "processes"]:
    """Wait for the end; returns the limit that the tree exceeded, "" where it ended by itself."""
    while True:
        left = began + limits.wall_seconds - time.monotonic()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(running.exited.wait(), max(min(left, _WATCH_SECONDS), 0))
        if running.exited.is_set():
            return ""
        if left <= 0:
            return "time"
        if len(descendants(running.pid)) > limits.processes + _OWN_PROCESSES:
            return "processes"  # first: many take much memory, too
        if resident_bytes(running.pid) > limits.memory_bytes:
            return "memory"
