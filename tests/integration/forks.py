"""Runs the command line in a fork of a process that has other people's packages imported.

Their import takes most of the time of a command that does little. It is the same entry point,
with nothing of ours imported and a real end of the interpreter. `python -P forks.py DESCRIPTOR`
is the process that forks; it ends with the one that started it.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

PACKAGES = (
    "click",
    "dotenv",
    "genai_prices",
    "httpx",
    "langchain_openai",
    "langgraph.checkpoint.sqlite.aio",
    "langgraph.graph",
    "pydantic",
    "rich.console",
    "yaml",
)
_NUMBER = struct.Struct("=I")
_LANGUAGE = "C.UTF-8"  # decides how texts are decoded when an interpreter starts


def can_run(environ: Mapping[str, str]) -> bool:
    """Whether no variable has the interpreter itself start otherwise."""
    own = [name for name in environ if name.startswith(("PYTHON", "LC_", "LD_"))]
    return environ.get("LANG") == _LANGUAGE and not own


def run(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: str, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run a command as subprocess.run does, which captures both outputs, to their ends."""
    order = json.dumps([list(map(os.fspath, argv)), os.fspath(cwd), dict(env)])
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        given = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        for file, text in zip(given, (order, stdin), strict=True):
            file.write(text.encode())
            file.seek(0)
        pipes = [os.pipe() for _ in range(3)]
        sent = [*(file.fileno() for file in given), *(end for _, end in pipes)]
        socket.send_fds(_server(), [b"!"], sent)
        for _, end in pipes:
            os.close(end)
        out, err, status = (
            stack.enter_context(os.fdopen(end, "rb", buffering=0)) for end, _ in pipes
        )
        texts = [pool.submit(stream.readall) for stream in (out, err)]
        (pid,) = _NUMBER.unpack(status.read(4))
        if not select.select([status], [], [], timeout)[0]:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(argv, timeout)
        (ended,) = _NUMBER.unpack(status.read(4))
        said = [text.result(timeout).decode() for text in texts]
    return subprocess.CompletedProcess(argv, os.waitstatus_to_exitcode(ended), *said)


@functools.cache
def _server() -> socket.socket:
    """The way to the process that forks, which is started at the first call."""
    here, there = socket.socketpair()
    with there:
        started = subprocess.Popen(
            [sys.executable, "-P", __file__, str(there.fileno())],
            pass_fds=[there.fileno()],
            env={**os.environ, "LANG": _LANGUAGE},
        )
    atexit.register(started.wait)
    atexit.register(here.close)
    return here


def _next_command(channel: socket.socket) -> None:
    """Fork for each command; comes back in the process of a command, ready to run it."""
    while True:
        _, descriptors, _, _ = socket.recv_fds(channel, 1, 5)
        if not descriptors:
            sys.exit()
        keeper = os.fork()
        if not keeper:
            _fork_and_keep(*descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _fork_and_keep(order: int, stdin: int, out: int, err: int, status: int) -> None:
    """Comes back in the process of the command; the other writes its number and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    command = os.fork()
    if command:
        for descriptor in (stdin, out, err):
            os.close(descriptor)
        os.write(status, _NUMBER.pack(command))
        os.write(status, _NUMBER.pack(os.waitpid(command, 0)[1]))
        os._exit(0)
    with open(order, encoding="utf-8") as file:
        sys.argv, cwd, environ = json.load(file)
    for descriptor, number in zip((stdin, out, err), range(3), strict=True):
        os.dup2(descriptor, number)
    os.closerange(3, max(order, stdin, out, err, status) + 1)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    tempfile.tempdir = None  # as nobody had asked for it yet


def main(descriptor: int) -> None:
    for package in PACKAGES:
        importlib.import_module(package)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for who waits for a command
    channel = socket.socket(fileno=descriptor)
    _next_command(channel)
    channel.detach()  # which is closed already
    from console.cli import main as console

    console()


if __name__ == "__main__":
    main(int(sys.argv[1]))
