"""HTTP reverse proxy before a feature; it runs in a container of its own, or on a host.

In a container it listens on two ports: `live` is the feature's stable address, `candidate` that at
which what comes next is tested. On a host it has the first alone, as a socket that it inherits, and
a folder for what it keeps. Each port's requests go to the backend ("host:port") it was set to:

    python http_proxy.py serve [LISTENER FOLDER]
    python http_proxy.py set live HOST:PORT SECONDS [FOLDER]

`set` returns once no request is under way at another backend of that port, or after SECONDS, and
prints how many still are. h11 frames the messages, so the backend may change between two requests
of a client's connection. One that cannot be connected to is tried again for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import h11

PORTS = {"live": 8000, "candidate": 8001}
STATE = Path("/state/files")
CONTROL = "/tmp/control"
_CONNECT_SECONDS = 4.0  # for a service that starts, or starts again
_CONTROL_SECONDS = 30.0  # for the proxy itself to start, on a busy machine
_PAUSE_SECONDS = 0.02
_REQUEST_SECONDS = 60.0  # for a client's next request to come, and for its body to go on
_CHUNK = 1 << 16
_HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection"}


@dataclass(frozen=True)
class Peer:
    """One side's connection and where its messages begin and end."""

    messages: h11.Connection
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    seconds: float | None = None  # at most so long nothing comes from it

    async def receive(self) -> object:
        """The next event of h11, once it is there."""
        while (event := self.messages.next_event()) is h11.NEED_DATA:
            async with asyncio.timeout(self.seconds):
                self.messages.receive_data(await self.reader.read(_CHUNK))
        return event

    async def request(self) -> object:
        """The next request, which comes as a whole in its time; a byte now and then is none."""
        async with asyncio.timeout(self.seconds):
            return await self.receive()

    async def send(self, event: h11.Event) -> None:
        if data := self.messages.send(event):
            self.writer.write(data)
            await self.writer.drain()

    async def pass_on(self, other: Peer) -> None:
        """Send the rest of a message to the other side."""
        event = None
        while not isinstance(event, h11.EndOfMessage):
            event = await self.receive()
            if not isinstance(event, h11.Data | h11.EndOfMessage):
                raise h11.RemoteProtocolError("a message was cut off")
            await other.send(event)

    async def pass_on_bytes(self, other: Peer) -> None:
        """After a switch of protocols: send whatever comes, until this side has ended."""
        data = self.messages.trailing_data[0] or await self.reader.read(_CHUNK)
        while data:
            other.writer.write(data)
            await other.writer.drain()
            data = await self.reader.read(_CHUNK)
        if other.writer.can_write_eof():
            other.writer.write_eof()


class Proxy:
    """The backend of each port, and how many requests are under way at which backend."""

    def __init__(self, state: Path, request_seconds: float = _REQUEST_SECONDS) -> None:
        self.state, self.request_seconds = state, request_seconds
        self.backends = {role: self._recorded(role) for role in PORTS}
        self.under_way: Counter[tuple[str, str]] = Counter()
        # asyncio alone would let a task be collected whose client has gone.
        self.tasks: set[asyncio.Task[None] | None] = set()
        self.changed = asyncio.Event()

    def _recorded(self, role: str) -> str:
        try:
            return (self.state / role).read_text("utf-8")
        except FileNotFoundError:
            return ""

    def set_backend(self, role: str, backend: str) -> None:
        """Use a backend once it is recorded; what was live before is recorded as previous."""
        before = self.backends[role]
        if role == "live" and before not in ("", backend):
            self._record("previous", before)
        self._record(role, backend)
        self.backends[role] = backend

    def _record(self, role: str, backend: str) -> None:
        new = self.state / f"{role}.new"
        new.write_text(backend, "utf-8")
        new.replace(self.state / role)

    async def drained(self, role: str, seconds: float) -> int:
        """Wait until no request of a port is at another backend than its own; what is left."""

        def left() -> int:
            now = self.backends[role]
            return sum(n for (of, at), n in self.under_way.items() if of == role and at != now)

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while left():
                    self.changed.clear()
                    await self.changed.wait()
        return left()

    async def control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry out one order: role, backend and seconds as a line of JSON."""
        try:
            role, backend, seconds = json.loads(await reader.readline())
            self.set_backend(role, backend)
            writer.write(b"%d\n" % await self.drained(role, seconds))
        finally:
            writer.close()

    async def serve(
        self, role: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection."""
        client = Peer(h11.Connection(h11.SERVER), reader, writer, self.request_seconds)
        self.tasks.add(asyncio.current_task())
        try:
            while isinstance(request := await client.request(), h11.Request):
                await self._answer(role, client, request)
                if client.messages.our_state is not h11.DONE:
                    break
                client.messages.start_next_cycle()
        except TimeoutError:
            if client.messages.their_state is not h11.IDLE or client.messages.trailing_data[0]:
                with contextlib.suppress(h11.LocalProtocolError, ConnectionError):
                    await _refuse(client, 408, "the request did not come in time")
        except (h11.ProtocolError, ConnectionError) as error:
            status = 400 if client.messages.their_state is h11.ERROR else 502
            with contextlib.suppress(h11.LocalProtocolError, ConnectionError):
                await _refuse(client, status, str(error))
        finally:
            self.tasks.discard(asyncio.current_task())
            writer.close()

    async def _answer(self, role: str, client: Peer, request: h11.Request) -> None:
        """Pass one request on; the backend is chosen and counted without a pause between."""
        deadline = time.monotonic() + _CONNECT_SECONDS
        while backend := self.backends[role]:
            with self._counted(role, backend):
                try:
                    connected = await _connect(backend)
                except OSError as error:  # a time-out too
                    why = f"the service does not answer: {error}"
                else:
                    return await _exchange(client, request, connected)
            if time.monotonic() > deadline:
                return await _refuse(client, 503, why)
            await asyncio.sleep(_PAUSE_SECONDS)
        return await _refuse(client, 503, "nothing is deployed here")

    @contextlib.contextmanager
    def _counted(self, role: str, backend: str) -> Iterator[None]:
        self.under_way[role, backend] += 1
        try:
            yield
        finally:
            self.under_way[role, backend] -= 1
            self.changed.set()


async def _connect(backend: str) -> Peer:
    host, _, port = backend.rpartition(":")
    async with asyncio.timeout(_CONNECT_SECONDS):
        streams = await asyncio.open_connection(host, int(port))
    return Peer(h11.Connection(h11.CLIENT), *streams)


async def _exchange(client: Peer, request: h11.Request, backend: Peer) -> None:
    """Send a request to the backend and its answer to the client."""
    upgrade = any(name == b"upgrade" for name, _ in request.headers)
    try:
        await backend.send(_forwarded(request, keep=upgrade))
        body = asyncio.create_task(client.pass_on(backend))
        body.add_done_callback(lambda ended: backend.writer.close() if _came_late(ended) else None)
        try:
            while isinstance(answer := await backend.receive(), h11.InformationalResponse):
                await client.send(answer)
                if answer.status_code == 101:
                    await body
                    await _both_ways(client, backend)
                    return
            if not isinstance(answer, h11.Response):
                raise h11.RemoteProtocolError("the service closed the connection")
            headers = [pair for pair in answer.headers if pair[0] not in _HOP_BY_HOP]
            status, reason = answer.status_code, answer.reason
            await client.send(h11.Response(status_code=status, headers=headers, reason=reason))
            await backend.pass_on(client)
        finally:
            body.cancel()
            await asyncio.wait({body})
            if _came_late(body):  # of other ends the answer, or the lack of one, says more
                raise TimeoutError
    finally:
        backend.writer.close()


def _came_late(body: asyncio.Task[None]) -> bool:
    """Whether a request's body did not come in its time."""
    return not body.cancelled() and isinstance(body.exception(), TimeoutError)


def _forwarded(request: h11.Request, *, keep: bool) -> h11.Request:
    """The request for a connection of its own."""
    headers = list(request.headers)
    if any(name == b"transfer-encoding" for name, _ in headers):  # then a length is none
        headers = [pair for pair in headers if pair[0] != b"content-length"]
    if not keep:
        headers = [pair for pair in headers if pair[0] not in _HOP_BY_HOP]
        headers.append((b"connection", b"close"))
    return h11.Request(method=request.method, target=request.target, headers=headers)


async def _both_ways(client: Peer, backend: Peer) -> None:
    with contextlib.suppress(ConnectionError):
        await asyncio.gather(client.pass_on_bytes(backend), backend.pass_on_bytes(client))


async def _refuse(client: Peer, status: int, why: str) -> None:
    body = json.dumps({"detail": why}).encode()
    headers = [("content-type", "application/json"), ("content-length", str(len(body)))]
    await client.send(h11.Response(status_code=status, headers=[*headers, ("connection", "close")]))
    await client.send(h11.Data(data=body))
    await client.send(h11.EndOfMessage())


async def serve(listener: str = "", folder: str = "") -> None:
    """Serve until SIGTERM."""
    state, control = _places(folder)
    Path(control).unlink(missing_ok=True)  # noqa: ASYNC240  # nothing else runs yet
    proxy, stop = Proxy(state), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    given = {"live": socket.socket(fileno=int(listener))} if listener else {}
    own = {} if given else {one: socket.create_server(("", port)) for one, port in PORTS.items()}
    for role, listening in (given or own).items():
        await asyncio.start_server(partial(proxy.serve, role), sock=listening, backlog=1024)
    await asyncio.start_unix_server(proxy.control, control)
    await stop.wait()


def _places(folder: str) -> tuple[Path, str]:
    """The folder of the state and the control socket, whose path may not be long."""
    if not folder:
        return STATE, CONTROL
    os.chdir(folder)
    return Path(), "control"


async def set_backend(role: str, backend: str, seconds: str, folder: str = "") -> None:
    """Have the running proxy use a backend; waits for it where it is just starting."""
    _, control = _places(folder)
    deadline = time.monotonic() + _CONTROL_SECONDS
    while True:
        try:
            reader, writer = await asyncio.open_unix_connection(control)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(_PAUSE_SECONDS)
    writer.write(json.dumps([role, backend, float(seconds)]).encode() + b"\n")
    answer = await reader.readline()
    sys.stdout.write(answer.decode())
    sys.exit(0 if answer else 1)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[2:]) if sys.argv[1] == "serve" else set_backend(*sys.argv[2:]))
