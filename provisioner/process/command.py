"""Commands run to their end, with bounded output and time."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioner.errors import CommandFailed
from provisioner.process.environment import clean_environment
from provisioner.process.executables import start_errors
from provisioner.process.group import signal_group
from provisioner.process.output import BoundedOutput

_TAIL_CHARACTERS = 4_000
# How long output is waited for after the command itself has ended: a daemon that it left behind
# (ssh's connection sharing does so) may hold its output open for ever.
_LINGER_SECONDS = 1.0
_GRACE_SECONDS = 0.5
_REAP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Completed:
    """A command that has ended.

    Attributes:
        argv: the command.
        exit_code: its exit code; negative is a signal's number.
        stdout: standard output, see `BoundedOutput`.
        stderr: standard error, likewise.
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
        timeout: seconds until its whole process group is ended: SIGTERM, and SIGKILL soon after.
        stdin: what it reads; None is an empty input.
        check: raise for an exit code other than 0, and for a time-out.
        output_bytes: how much of each of its two outputs is kept.

    Raises:
        CommandFailed: it failed, and `check` was asked.
        ToolMissing: there is no such program.
    """
    began = time.monotonic()
    starting = asyncio.ensure_future(
        asyncio.get_running_loop().subprocess_exec(
            lambda: _Command(output_bytes),
            *argv,
            cwd=cwd,
            env=clean_environment() if env is None else dict(env),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            start_new_session=True,
        )
    )
    with start_errors(argv, cwd):
        try:
            transport, command = await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Left alone, asyncio would kill it at once, with its lock files in place.
            transport, command = await starting
            await _end(transport, command)
            raise
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
        await _end(transport, command)
    exit_code = transport.get_returncode()
    completed = Completed(
        argv=tuple(argv),
        exit_code=-signal.SIGKILL if exit_code is None else exit_code,
        stdout=command.outputs[1].content(),
        stderr=command.outputs[2].content(),
        seconds=time.monotonic() - began,
        timed_out=timed_out,
        omitted_bytes=sum(output.omitted for output in command.outputs.values()),
    )
    if check and (completed.exit_code or timed_out):
        note = f"\nkilled: not done after {timeout:g} s" if timed_out else ""
        raise CommandFailed(argv, completed.exit_code, completed.output_tail + note)
    return completed


async def _end(transport: asyncio.SubprocessTransport, command: _Command) -> None:
    """End whatever still runs of a command's group, and wait for it."""
    try:
        if not command.exited.is_set():
            # The polite signal first: git takes its lock files away at it.
            signal_group(transport.get_pid(), signal.SIGTERM)
            await command.closed_within(_GRACE_SECONDS)
    finally:  # a second cancellation ends the wait
        signal_group(transport.get_pid(), signal.SIGKILL)
        try:
            # Closing polls: it would take the exit status before the loop has seen it.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(command.exited.wait(), _REAP_SECONDS)
        finally:
            transport.close()
    await command.closed_within(_REAP_SECONDS)


class _Command(asyncio.SubprocessProtocol):
    """Output and end of a running command.

    asyncio's own Process is not enough: its wait() may wait for the end of the outputs too, so a
    daemon that the command left behind would hold it.
    """

    def __init__(self, output_bytes: int) -> None:
        self.outputs = {1: BoundedOutput(output_bytes), 2: BoundedOutput(output_bytes)}
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
