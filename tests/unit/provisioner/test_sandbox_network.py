"""What goes through a door of the sandbox, and that nothing else does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ledger.process import Process
from provisioner.modes.service.process import LIMITS as SERVICE_LIMITS
from provisioner.modes.service.process import listen, start_confined
from provisioner.process import stop_process
from provisioner.sandbox.base import Confinement, Limits, Sandbox
from provisioner.sandbox.tree import descendants
from tests.unit.provisioner.conftest import Bench

LIMITS = Limits(wall_seconds=20)

# Every way to a port of this machine that somebody thought of, with what came of it.
TRY_ALL = """\
import ctypes, os, socket, stat
FAST, MPTCP, FASTOPEN_CONNECT = 0x20000000, 262, 30

def new(*how):
    made = socket.socket(*how)
    made.settimeout(5)
    return made

def connected(made):
    made.connect((HOST, PORT))
    return made.recv(9)

def sent(made):
    made.settimeout(None)
    made.sendto(b"?", FAST, (HOST, PORT))
    return made.recv(9)

def told(made):
    made.settimeout(None)
    made.sendmsg([b"?"], [], FAST, (HOST, PORT))
    return made.recv(9)

def late(made):
    made.setsockopt(socket.IPPROTO_TCP, FASTOPEN_CONNECT, 1)
    made.connect((HOST, PORT))
    made.send(b"?")
    return made.recv(9)

def turned():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                made = socket.socket(fileno=os.dup(descriptor))
        except OSError:
            continue
        else:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode) and made.family == socket.AF_INET:
                ctypes.CDLL(None).connect(made.fileno(), bytes(16), 16)  # AF_UNSPEC
                made.settimeout(5)
                yield made

HOST = "127.0.0.1"
INET, STREAM = socket.AF_INET, socket.SOCK_STREAM
WAYS = {
    f"{how.__name__} {what}": (how, make)
    for what, make in {
        "tcp": lambda: [new(INET, STREAM)],
        "mptcp": lambda: [new(INET, STREAM, MPTCP)],
        "inherited": turned,
    }.items()
    for how in (connected, sent, told, late)
}

def try_all():
    said = []
    for name, (how, make) in WAYS.items():
        try:
            said += [f"{name}: {how(made)!r}" for made in make()]
        except OSError as error:
            said.append(f"{name}: {type(error).__name__}")
    return "; ".join(said)
"""
ECHO = """\
import socket, sys, threading
server = socket.socket(fileno=int(sys.argv[1]))
def serve(connection):
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)
        connection.sendall(b"bye")
while True:
    threading.Thread(target=serve, args=server.accept()[:1], daemon=True).start()
"""


@pytest.fixture
def canary() -> Iterator[int]:
    """A port of this machine that says CANARY."""
    with _speaker(b"CANARY") as port:
        yield port


@contextlib.contextmanager
def _speaker(word: bytes) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            with contextlib.suppress(OSError):  # closed by the fixture
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.sendall(word)

        threading.Thread(target=speak, daemon=True).start()
        yield server.getsockname()[1]


@asynccontextmanager
async def served(
    sandbox: Sandbox, tmp_path: Path, source: str, port: int | None = None
) -> AsyncIterator[tuple[Process, Callable[[], socket.socket]]]:
    """A program in the sandbox that serves on the listener it is told, and how to reach it."""
    log = tmp_path / "log"
    with listen() as listener:
        address = listener.getsockname()
        argv = [sys.executable, "-I", "-S", "-c", source, str(listener.fileno())]
        confinement = Confinement(
            SERVICE_LIMITS,
            readable=(tmp_path,),
            cwd=tmp_path,
            port=port,
            listener=listener.fileno(),
        )
        started = await start_confined(sandbox, argv, confinement, log)
    try:
        yield started, lambda: socket.create_connection(address, 20)
    finally:
        await stop_process(started, 5)


def ask(connection: socket.socket, words: bytes) -> bytes:
    """Say it, end, and hear all that is answered."""
    with connection:
        sender = threading.Thread(target=lambda: _say(connection, words))
        sender.start()
        heard = b"".join(iter(lambda: connection.recv(65536), b""))
        sender.join()
    return heard


def _say(connection: socket.socket, words: bytes) -> None:
    connection.sendall(words)
    connection.shutdown(socket.SHUT_WR)


async def test_tests_reach_the_one_port_that_they_need(serving: Sandbox, canary: int) -> None:
    with _speaker(b"hello") as port:
        source = (
            f"import socket\nprint(socket.create_connection(('127.0.0.1', {port})).recv(9))\n"
            f"{TRY_ALL}PORT = {canary}\nprint(try_all())"
        )
        outcome = await serving.run(
            [sys.executable, "-I", "-S", "-c", source], Confinement(limits=LIMITS, port=port)
        )
    first, _, tried = outcome.stdout.partition("\n")
    assert first == "b'hello'", outcome.stderr
    assert "connected tcp: " in tried
    assert "CANARY" not in tried


async def test_a_service_reaches_nobody_by_any_socket_that_it_has(
    serving: Sandbox, canary: int, tmp_path: Path
) -> None:
    source = (
        f"{TRY_ALL}PORT = {canary}\nimport sys\n"
        "server = socket.socket(fileno=int(sys.argv[1]))\n"
        "connection, _ = server.accept()\n"
        "print(try_all(), flush=True)\n"
    )
    async with served(serving, tmp_path, source) as (started, connect):
        with _watching([started.pid]) as all_end, connect():  # which is turned, too
            assert all_end()
    tried = (tmp_path / "log").read_text()
    assert tried.count("connected inherited: ") >= 1, tried
    assert "CANARY" not in tried


async def test_much_goes_through_both_ways_and_an_end_does_too(
    serving: Sandbox, tmp_path: Path
) -> None:
    words = os.urandom(3_000_000)
    async with served(serving, tmp_path, ECHO) as (_, connect):
        assert await asyncio.to_thread(ask, connect(), words) == words + b"bye"


async def test_more_than_fit_wait_at_the_door(serving: Sandbox, tmp_path: Path) -> None:
    async with served(serving, tmp_path, ECHO) as (_, connect):
        open_ones = [connect() for _ in range(120)]
        for number, connection in enumerate(open_ones):
            assert await asyncio.to_thread(ask, connection, b"%d" % number) == b"%dbye" % number


async def test_what_was_said_before_the_end_arrives(serving: Sandbox, tmp_path: Path) -> None:
    source = (
        "import os, socket, sys\n"
        "server = socket.socket(fileno=int(sys.argv[1]))\n"
        "connection, _ = server.accept()\n"
        "connection.sendall(b'x' * 200_000)\n"
        "os._exit(0)\n"
    )
    async with served(serving, tmp_path, source) as (_, connect):
        assert len(await asyncio.to_thread(ask, connect(), b"")) == 200_000


async def test_a_server_reaches_the_one_port_of_its_database(
    serving: Sandbox, tmp_path: Path, canary: int
) -> None:
    source = (
        "import socket, sys\n"
        "server = socket.socket(fileno=int(sys.argv[1]))\n"
        "connection, _ = server.accept()\n"
        f"with socket.create_connection(('127.0.0.1', {canary}), 10) as database, connection:\n"
        "    while data := database.recv(100):\n"
        "        connection.sendall(data)\n"
    )
    async with served(serving, tmp_path, source, canary) as (_, connect):
        assert await asyncio.to_thread(ask, connect(), b"") == b"CANARY"
    async with served(serving, tmp_path, source) as (_, connect):
        assert await asyncio.to_thread(ask, connect(), b"") == b"", "it may reach no other port"


async def test_who_asks_a_service_that_has_ended_waits_for_nothing(
    serving: Sandbox, tmp_path: Path
) -> None:
    async with served(serving, tmp_path, "import sys; sys.exit(3)") as (_, connect):
        with contextlib.suppress(ConnectionError):
            assert await asyncio.to_thread(ask, connect(), b"anybody?") == b""


async def test_a_service_that_cannot_be_reached_any_more_ends(bench: Bench, tmp_path: Path) -> None:
    async with served(bench.sandbox("bwrap"), tmp_path, ECHO) as (started, connect):
        with connect() as connection:
            connection.sendall(b"?")
            assert connection.recv(1) == b"?"
            with _watching(descendants(started.pid)) as all_end:
                os.kill(started.pid, signal.SIGKILL)  # the door outside alone
                assert all_end()


@contextlib.contextmanager
def _watching(pids: Iterable[int]) -> Iterator[Callable[[], bool]]:
    """Whether these processes end within a while."""
    watched = [os.pidfd_open(pid) for pid in pids]
    try:
        yield lambda: all(select.select([one], [], [], 10)[0] for one in watched)
    finally:
        for one in watched:
            os.close(one)
