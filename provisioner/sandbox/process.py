"""Runs a confined command to its end and captures its output."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from provisioner.process.command import RunningCommand, run_command, signal_group
from provisioner.sandbox import tcp_proxy
from provisioner.sandbox.base import Command, Limits, Outcome
from provisioner.sandbox.tree import descendants, end_descendants, resident_bytes

_WATCH_SECONDS = 0.05
#: A sandbox's own processes, which are none of the confined command's.
_OWN_PROCESSES = 3
_END_SECONDS = 60


async def run_confined(command: Command, folder: Path, limits: Limits, stdin: bytes) -> Outcome:
    """Run a command that `Sandbox.confine` made to its end, and kill all it started."""
    began = time.monotonic()
    with _tcp_proxy(command.proxy_port) as variables:
        running = await RunningCommand.start(
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
        end_descendants(running.pid)
        signal_group(running.pid, signal.SIGKILL)
        await running.closed.wait()
        if command.end:
            await run_command(
                command.end,
                cwd=Path("/"),
                env=command.environment,
                timeout=_END_SECONDS,
                check=False,
            )
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
