"""Runs a confined command to its end and captures its output."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from provisioner.process.output import BoundedOutput
from provisioner.sandbox import tcp_proxy
from provisioner.sandbox.base import Command, Limits, Outcome
from provisioner.sandbox.tree import descendants, end_descendants, resident_bytes

_WATCH_SECONDS = 0.05
#: A sandbox's own processes, which are none of the confined command's.
_OWN_PROCESSES = 3
_OWN_LIMITS = Limits(wall_seconds=60)


async def run_plainly(
    argv: Sequence[str], environment: Mapping[str, str], *, stdin: bytes = b""
) -> Outcome:
    """Run a tool that sets up or removes a sandbox; raises OSError where it is not installed."""
    return await run_command(Command(tuple(argv), environment), Path("/"), _OWN_LIMITS, stdin)


async def run_command(command: Command, folder: Path, limits: Limits, stdin: bytes) -> Outcome:
    """Run a command that `Sandbox.confine` made to its end, and kill all it started."""
    began = time.monotonic()
    with _tcp_proxy(command.proxy_port) as variables:
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**command.environment, **variables},
            cwd=folder,
            pass_fds=tuple(map(int, variables.values())),
            start_new_session=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    kept = BoundedOutput(limits.output_bytes), BoundedOutput(limits.output_bytes)
    streams = asyncio.gather(
        _drain(process.stdout, kept[0]),
        _drain(process.stderr, kept[1]),
        _feed(process.stdin, stdin),
    )
    try:
        excess = await _watch(process, limits, began)
    finally:
        end_descendants(process.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = await process.wait()
        await streams
        if command.end:
            await run_plainly(command.end, command.environment)
    return Outcome(
        exit_code=code if code >= 0 else None,
        signal=-code if code < 0 else None,
        stdout=kept[0].content().decode("utf-8", "replace"),
        stderr=kept[1].content().decode("utf-8", "replace"),
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
    process: asyncio.subprocess.Process, limits: Limits, began: float
) -> Literal["", "time", "memory", "processes"]:
    """Wait for the end; returns the limit that the tree exceeded, "" where it ended by itself."""
    waiting = asyncio.ensure_future(process.wait())
    try:
        while True:
            left = began + limits.wall_seconds - time.monotonic()
            await asyncio.wait([waiting], timeout=max(min(left, _WATCH_SECONDS), 0))
            if waiting.done():
                return ""
            if left <= 0:
                return "time"
            if resident_bytes(process.pid) > limits.memory_bytes:
                return "memory"
            if len(descendants(process.pid)) > limits.processes + _OWN_PROCESSES:
                return "processes"
    finally:
        waiting.cancel()


async def _drain(stream: asyncio.StreamReader, into: BoundedOutput) -> None:
    while chunk := await stream.read(1 << 16):
        into.add(chunk)


async def _feed(stream: asyncio.StreamWriter, data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stream.write(data)
        await stream.drain()
    stream.close()
