"""Runs a confined command to its end and keeps what it said."""

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
from typing import TYPE_CHECKING, Literal

from provisioner.files.temporary import private_folder
from provisioner.sandbox import tcp_proxy
from provisioner.sandbox.base import Command, Confinement, Limits, Outcome
from provisioner.sandbox.tree import descendants, end_descendants, resident_bytes

if TYPE_CHECKING:
    from provisioner.sandbox.base import Sandbox

_WATCH_SECONDS = 0.05
#: A sandbox's own processes, which are none of the confined command's.
_OWN_PROCESSES = 3
_OWN_LIMITS = Limits(wall_seconds=60)


class Kept:
    """Head and tail of a stream of any length."""

    def __init__(self, limit: int) -> None:
        self._half = max(limit // 2, 1)
        self._head = bytearray()
        self._tail = bytearray()
        self._seen = 0

    def add(self, chunk: bytes) -> None:
        self._seen += len(chunk)
        room = self._half - len(self._head)
        self._head += chunk[:room] if room > 0 else b""
        self._tail += chunk[max(room, 0) :]
        if len(self._tail) > 4 * self._half:
            del self._tail[: -self._half]

    def text(self) -> str:
        tail = bytes(self._tail[-self._half :])
        left_out = self._seen - len(self._head) - len(tail)
        middle = f"\n… {left_out} bytes left out …\n".encode() if left_out else b""
        return (bytes(self._head) + middle + tail).decode("utf-8", "replace")


class Runs:
    """The `run` that all levels share: start what `confine` made, watch it, end all of it."""

    __slots__ = ()

    async def run(
        self: Sandbox,
        argv: Sequence[str],
        confinement: Confinement = Confinement(),  # noqa: B008  # frozen
        *,
        stdin: bytes = b"",
    ) -> Outcome:
        """See Sandbox.run."""
        with private_folder("sandbox") as private:
            command = self.confine(argv, confinement, private=Path(private))
            folder = confinement.start_folder(Path(private))
            return await _run(command, folder, confinement.limits, stdin)


async def run_plainly(
    argv: Sequence[str], environment: Mapping[str, str], *, stdin: bytes = b""
) -> Outcome:
    """Run a tool of ours, that sets up or clears away a sandbox; raises OSError if it is absent."""
    return await _run(Command(tuple(argv), environment), Path("/"), _OWN_LIMITS, stdin)


async def _run(command: Command, folder: Path, limits: Limits, stdin: bytes) -> Outcome:
    began = time.monotonic()
    with _answered(command.proxy_port) as told:
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**command.environment, **told},
            cwd=folder,
            pass_fds=tuple(map(int, told.values())),
            start_new_session=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    kept = Kept(limits.output_bytes), Kept(limits.output_bytes)
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
        stdout=kept[0].text(),
        stderr=kept[1].text(),
        timed_out=excess == "time",
        out_of_memory=excess == "memory",
        overcrowded=excess == "processes",
        seconds=time.monotonic() - began,
    )


@contextlib.contextmanager
def _answered(port: int | None) -> Iterator[dict[str, str]]:
    """A line to the tcp_proxy of what is started in the block, as the variable that tells of it."""
    if port is None:
        yield {}
        return
    ours, theirs = socket.socketpair()

    def answer() -> None:
        with ours, contextlib.suppress(OSError):
            tcp_proxy.answer(ours, port)

    with theirs:
        threading.Thread(target=answer, name=f"tcp_proxy-{port}", daemon=True).start()
        yield {tcp_proxy.LINE: str(theirs.fileno())}


async def _watch(
    process: asyncio.subprocess.Process, limits: Limits, began: float
) -> Literal["", "time", "memory", "processes"]:
    """Wait for the end; what the tree used too much of, "" where it ended by itself."""
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


async def _drain(stream: asyncio.StreamReader, into: Kept) -> None:
    while chunk := await stream.read(1 << 16):
        into.add(chunk)


async def _feed(stream: asyncio.StreamWriter, data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stream.write(data)
        await stream.drain()
    stream.close()
