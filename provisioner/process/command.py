"""Commands run to their end, with bounded output and time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from provisioner.errors import CommandFailed, ProvisionerError
from provisioner.process.environment import clean_environment

_TAIL_CHARACTERS = 4_000
# How long output is waited for after the command itself has ended: a daemon that it left behind
# (ssh's connection sharing does so) may hold its output open for ever.
_LINGER_SECONDS = 1.0
_GRACE_SECONDS = 0.5
_LINE_BYTES = 10_000  # of a line without an end
_REAP_SECONDS = 5.0
_INSTALL = {
    "git": "install git (`apt install git`, `dnf install git`, `brew install git`)",
    "docker": "install Docker, https://docs.docker.com/engine/install/",
}


class ToolMissing(ProvisionerError):
    """A program that is needed cannot be started; `tool` is its name as it was called."""

    def __init__(self, tool: str, why: str) -> None:
        name = Path(tool).name
        super().__init__(
            f"{tool} cannot be run: {why}",
            next_step=_INSTALL.get(name, f"install {name}, or put it on PATH"),
        )
        self.tool = tool


@contextlib.contextmanager
def start_errors(argv: Sequence[str], cwd: Path) -> Iterator[None]:
    """Convert errors of starting `argv` in `cwd` to errors that say what is missing."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        if not cwd.is_dir():
            raise ProvisionerError(f"there is no folder {cwd} to run {argv[0]} in") from error
        why = "not found" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise ToolMissing(argv[0], why) from error


@dataclass(frozen=True, slots=True)
class Completed:
    """A command that has ended; `omitted_bytes` is what both outputs lack, see BoundedOutput."""

    argv: tuple[str, ...]
    exit_code: int  # negative is a signal's number
    stdout: bytes
    stderr: bytes
    seconds: float  # wall-clock time
    timed_out: bool  # it was killed for its time-out
    omitted_bytes: int = 0

    @property
    def output_tail(self) -> str:
        """The end of standard output and error together, at most 4,000 characters."""
        text = b"\n".join(part.rstrip() for part in (self.stdout, self.stderr) if part.strip())
        return text.decode(errors="replace")[-_TAIL_CHARACTERS:]


async def run_command(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout: float,
    stdin: bytes | None = None,
    check: bool = True,
    output_bytes: int = 1_000_000,
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run a command to its end, in an existing folder.

    Args:
        env: its whole environment; None is `clean_environment()`.
        timeout: seconds until its whole process group is ended: SIGTERM, and SIGKILL soon after.
        stdin: what it reads; None is an empty input.
        output_bytes: how much of each of its two outputs is kept.
        on_line: is given each line of both outputs, as soon as it is whole.

    Raises:
        CommandFailed: it failed or timed out, and `check` was asked.
        ToolMissing: there is no such program.
    """
    began = time.monotonic()
    environment = clean_environment() if env is None else env
    with start_errors(argv, cwd):
        command = await RunningCommand.start(
            argv,
            cwd=cwd,
            env=environment,
            stdin=stdin,
            output_bytes=output_bytes,
            on_line=on_line,
        )
    timed_out = False
    try:
        async with asyncio.timeout(timeout):
            await command.exited.wait()
        await _within(_LINGER_SECONDS, command.closed)
    except TimeoutError:
        timed_out = True
    finally:
        await command.end()
    completed = Completed(
        argv=tuple(argv),
        exit_code=command.exit_code,
        stdout=command.stdout.content(),
        stderr=command.stderr.content(),
        seconds=time.monotonic() - began,
        timed_out=timed_out,
        omitted_bytes=command.stdout.omitted + command.stderr.omitted,
    )
    if check and (completed.exit_code or timed_out):
        note = f"\nkilled: not done after {timeout:g} s" if timed_out else ""
        raise CommandFailed(argv, completed.exit_code, completed.output_tail + note)
    return completed


class RunningCommand(asyncio.SubprocessProtocol):
    """A started command, its outputs so far and its end.

    asyncio's own Process is not enough: its wait() may wait for the end of the outputs too, so a
    daemon that the command left behind would hold it.
    """

    def __init__(self, output_bytes: int, on_line: Callable[[str], None] | None = None) -> None:
        self._on_line = on_line
        self._unfinished = {1: b"", 2: b""}
        self.stdout, self.stderr = BoundedOutput(output_bytes), BoundedOutput(output_bytes)
        self.exited = asyncio.Event()
        self.closed = asyncio.Event()  # it has ended and all its outputs are read

    @classmethod
    async def start(
        cls,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: bytes | None,
        output_bytes: int,
        pass_fds: Sequence[int] = (),
        on_line: Callable[[str], None] | None = None,
    ) -> Self:
        """Start a command in a session of its own, see run_command; cancelled, it is ended."""
        starting = asyncio.ensure_future(
            asyncio.get_running_loop().subprocess_exec(
                lambda: cls(output_bytes, on_line),
                *argv,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )
        )
        try:
            _, command = await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Left alone, asyncio would kill it at once, with its lock files in place, and wait for
            # ever for what it had started by then and what holds its outputs open.
            _, command = await starting
            await command.end()
            raise
        entry = command._transport.get_pipe_transport(0)
        if isinstance(entry, asyncio.WriteTransport):
            entry.write(stdin or b"")
            entry.close()
        return command

    @property
    def pid(self) -> int:
        return self._transport.get_pid()

    @property
    def exit_code(self) -> int:
        """Its exit code, once it has ended; negative is a signal's number."""
        code = self._transport.get_returncode()
        return -signal.SIGKILL if code is None else code

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        (self.stdout if fd == 1 else self.stderr).add(data)
        if self._on_line:
            *lines, rest = (self._unfinished[fd] + data).split(b"\n")
            self._unfinished[fd] = rest[-_LINE_BYTES:]
            for line in lines:
                self._on_line(line.decode(errors="replace").rstrip("\r"))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if self._on_line and self._unfinished.get(fd):
            self._on_line(self._unfinished.pop(fd).decode(errors="replace"))

    def process_exited(self) -> None:
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()
        self._transport.close()

    async def end(self) -> None:
        """End whatever still runs of its group, and wait for it."""
        try:
            if not self.exited.is_set():
                # The polite signal first: git takes its lock files away at it.
                signal_group(self.pid, signal.SIGTERM)
                await _within(_GRACE_SECONDS, self.closed)
        finally:  # a second cancellation ends the wait
            signal_group(self.pid, signal.SIGKILL)
            try:
                # Closing polls: it would take the exit status before the loop has seen it.
                await _within(_REAP_SECONDS, self.exited)
            finally:
                self._transport.close()
        await _within(_REAP_SECONDS, self.closed)


async def _within(seconds: float, event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


class BoundedOutput:
    """The first and the last bytes of a stream of any length, half of the limit each."""

    def __init__(self, limit: int) -> None:
        self._head_limit = limit - limit // 2
        self._tail_limit = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self.omitted = 0  # how many bytes between them were dropped

    def add(self, data: bytes) -> None:
        free = self._head_limit - len(self._head)
        self._head += data[:free]
        self._tail += data[free:]
        excess = len(self._tail) - self._tail_limit
        if excess > 0:
            del self._tail[:excess]
            self.omitted += excess

    def content(self) -> bytes:
        """All of it; where bytes were dropped, a line says how many."""
        gap = b"\n[%d bytes left out]\n" % self.omitted if self.omitted else b""
        return bytes(self._head + gap + self._tail)


def signal_group(group: int, number: signal.Signals) -> None:
    """Signal every process of a group; nothing happens where it has ended."""
    # PermissionError: macOS answers so for a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
