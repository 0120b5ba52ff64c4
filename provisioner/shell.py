"""Running programs: the one place of this room, besides the sandbox, where processes are made.

Commands are lists, never shell strings. A command that is waited for (`run_command`) leads its
own session; nothing of its group outlives the call, however the call ends. A program that stays
(`start_process`) is known by its process id together with its start time, so that a recycled
process id is never signalled.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioner.environment import clean_environment
from provisioner.errors import CommandFailed, ProvisionerError

_TAIL_CHARACTERS = 4_000
# How long output is waited for after the command itself has ended: a daemon that it left behind
# (ssh's connection sharing does so) may hold its output open for ever.
_LINGER_SECONDS = 1.0
_POLL_SECONDS = 0.02
_REAP_SECONDS = 5.0

_INSTALL = {
    "git": "install git (`apt install git`, `dnf install git`, `brew install git`)",
    "docker": "install Docker, https://docs.docker.com/engine/install/",
    "bwrap": "install bubblewrap (`apt install bubblewrap`, `dnf install bubblewrap`)",
    "az": "install the Azure command line (`pip install azure-cli`)",
    "uv": "install uv (`pip install uv`)",
}


class ToolMissing(ProvisionerError):
    """A program that is needed cannot be started.

    Attributes:
        tool: its name as it was called.
    """

    def __init__(self, tool: str, why: str) -> None:
        name = Path(tool).name
        super().__init__(
            f"{tool} cannot be run: {why}",
            next_step=_INSTALL.get(name, f"install {name}, or put it on PATH"),
        )
        self.tool = tool


@dataclass(frozen=True, slots=True)
class Completed:
    """A command that has ended.

    Attributes:
        argv: the command.
        exit_code: its exit code; negative is a signal's number.
        stdout: standard output; where it was longer than allowed, its head, one line that says
            how many bytes are left out, and its tail.
        stderr: standard error, bounded likewise.
        seconds: wall-clock time.
        timed_out: it was killed for its time-out.
        omitted_bytes: what stdout and stderr lack together; 0 means they are whole.
    """

    argv: tuple[str, ...]
    exit_code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool
    omitted_bytes: int = 0

    @property
    def output_tail(self) -> str:
        """The end of standard output and error together, at most 4,000 characters."""
        text = b"\n".join(part.rstrip() for part in (self.stdout, self.stderr) if part.strip())
        return text.decode(errors="replace")[-_TAIL_CHARACTERS:]


@dataclass(frozen=True, slots=True)
class Started:
    """A program that stays: its process id, which is its group's too, and its start time."""

    pid: int
    start_time: str


async def run_command(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout: float,
    stdin: bytes | None = None,
    check: bool = True,
    output_bytes: int = 1_000_000,
) -> Completed:
    """Run a command to its end.

    Args:
        argv: the program and its arguments.
        cwd: an existing folder.
        env: its whole environment; None is `clean_environment()`.
        timeout: seconds until its whole process group is killed.
        stdin: what it reads; None is an empty input.
        check: raise for an exit code other than 0, and for a time-out.
        output_bytes: how much of each of its two outputs is kept.

    Raises:
        CommandFailed: it failed, and `check` was asked.
        ToolMissing: there is no such program.
    """
    began = time.monotonic()
    with _start_errors(argv, cwd):
        transport, command = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Command(output_bytes),
            *argv,
            cwd=cwd,
            env=clean_environment() if env is None else dict(env),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            start_new_session=True,
        )
    timed_out = False
    try:
        async with asyncio.timeout(timeout):
            if isinstance(entry := transport.get_pipe_transport(0), asyncio.WriteTransport):
                entry.write(stdin or b"")
                entry.close()
            await command.exited.wait()
        await command.closed_within(_LINGER_SECONDS)
    except TimeoutError:
        timed_out = True
    finally:
        _signal_group(transport.get_pid(), signal.SIGKILL)
        if timed_out:
            await command.closed_within(_LINGER_SECONDS)
        transport.close()
        await command.closed_within(_REAP_SECONDS)
    exit_code = transport.get_returncode()
    completed = Completed(
        argv=tuple(argv),
        exit_code=-signal.SIGKILL if exit_code is None else exit_code,
        stdout=command.outputs[1].text(),
        stderr=command.outputs[2].text(),
        seconds=time.monotonic() - began,
        timed_out=timed_out,
        omitted_bytes=sum(output.omitted for output in command.outputs.values()),
    )
    if check and (completed.exit_code or timed_out):
        note = f"\nkilled: not done after {timeout:g} s" if timed_out else ""
        raise CommandFailed(argv, completed.exit_code, completed.output_tail + note)
    return completed


async def start_process(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    pass_fds: Sequence[int] = (),
) -> Started:
    """Start a program that stays when we end.

    It leads its own session, reads nothing, and appends both outputs to `log`. While we live, it
    is reaped as soon as it ends.

    Args:
        argv: the program and its arguments.
        cwd: an existing folder.
        env: its whole environment.
        log: a file, made with mode 0600 where it does not exist; never followed as a link.
        pass_fds: descriptors that it inherits under the same numbers.

    Raises:
        ToolMissing: there is no such program.
        OSError: `log` cannot be written.
    """
    return _start(argv, cwd, env, log, pass_fds)


def is_alive(started: Started) -> bool:
    """Whether that very program still runs; another one under its process id is not it."""
    return _start_time(started.pid) == started.start_time


async def stop_process(started: Started, grace_seconds: float) -> None:
    """End a program and its whole group: SIGTERM, and SIGKILL after `grace_seconds`.

    A program that has ended, or whose process id is another's by now, is left alone.

    Raises:
        ProvisionerError: it does not end although it was killed.
    """
    if not is_alive(started):
        return
    _signal_group(started.pid, signal.SIGTERM)
    if await _group_ended(started.pid, grace_seconds):
        return
    _signal_group(started.pid, signal.SIGKILL)
    if not await _group_ended(started.pid, _REAP_SECONDS):
        raise ProvisionerError(
            f"process {started.pid} does not end although it was killed",
            next_step=f"look at it with `ps -o pid,stat,wchan,args -g {started.pid}`",
        )


class _Bounded:
    """The first and the last bytes of a stream of any length."""

    def __init__(self, limit: int) -> None:
        self._head_limit = limit - limit // 2
        self._tail_limit = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self.omitted = 0

    def add(self, data: bytes) -> None:
        room = self._head_limit - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        excess = len(self._tail) - self._tail_limit
        if excess > 0:
            del self._tail[:excess]
            self.omitted += excess

    def text(self) -> bytes:
        gap = b"\n[%d bytes left out]\n" % self.omitted if self.omitted else b""
        return bytes(self._head + gap + self._tail)


class _Command(asyncio.SubprocessProtocol):
    """What a running command prints, and how it ends.

    asyncio's own Process is not enough: its wait() may wait for the end of the outputs too, so a
    daemon that the command left behind would hold it.
    """

    def __init__(self, output_bytes: int) -> None:
        self.outputs = {1: _Bounded(output_bytes), 2: _Bounded(output_bytes)}
        self.exited = asyncio.Event()
        self._closed = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.outputs[fd].add(data)

    def process_exited(self) -> None:
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    async def closed_within(self, seconds: float) -> None:
        """Wait until the command has ended and all its outputs are read, or for `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), seconds)


@contextlib.contextmanager
def _start_errors(argv: Sequence[str], cwd: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        if not cwd.is_dir():
            raise ProvisionerError(f"there is no folder {cwd} to run {argv[0]} in") from error
        why = "not found" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise ToolMissing(argv[0], why) from error


def _start(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path, pass_fds: Sequence[int]
) -> Started:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    output = os.open(log, flags, 0o600)
    try:
        with _start_errors(argv, cwd):
            process = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=tuple(pass_fds),
            )
    finally:
        os.close(output)
    started = Started(process.pid, _start_time(process.pid, ended=True))
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
    return started


def _signal_group(group: int, number: signal.Signals) -> None:
    # PermissionError: macOS answers so for a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


async def _group_ended(group: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _group_runs(group):
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


def _start_time(pid: int, *, ended: bool = False) -> str:
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


def _group_runs(group: int) -> bool:
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
    argv = ["ps", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout
