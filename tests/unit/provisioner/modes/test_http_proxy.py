"""The proxy before a feature's containers: real connections, backends of asyncio and uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from provisioner.modes.inside.http_proxy import Proxy

Connection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def listening(connection: Connection) -> AsyncIterator[str]:
    """A server on a free port; gives its host and port."""
    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # of the proxy, which tells nobody
        await asyncio.sleep(0)


def saying(name: str) -> Connection:
    """A service that answers every request with its name, the method and the body's length."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        body = b""
        if "content-length: " in head:
            body = await reader.readexactly(int(head.split("content-length: ")[1].split("\r")[0]))
        elif "chunked" in head:
            body = await reader.readuntil(b"0\r\n\r\n")
        said = json.dumps([name, head.split()[0], len(body)]).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(said))
        writer.write(b"" if head.startswith("head") else said)
        writer.close()

    return answer


@contextlib.asynccontextmanager
async def proxied(proxy: Proxy, role: str = "live") -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps one connection to a port of the proxy."""
    one = httpx.Limits(max_connections=1)
    async with (
        listening(partial(proxy.serve, role)) as place,
        httpx.AsyncClient(base_url=f"http://{place}", limits=one, trust_env=False) as client,
    ):
        yield client


async def test_a_kept_connection_is_answered_by_whichever_backend_is_set(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path)
    async with listening(saying("old")) as old, listening(saying("new")) as new:
        proxy.set_backend("live", old)
        async with proxied(proxy) as client:
            assert (await client.get("/")).json()[0] == "old"
            proxy.set_backend("live", new)
            assert (await client.get("/")).json()[0] == "new"


@pytest.mark.parametrize(
    ("method", "content", "said"),
    [
        ("GET", None, ["it", "get", 0]),
        ("POST", b"x" * 100_000, ["it", "post", 100_000]),
        ("PUT", b"", ["it", "put", 0]),
        ("DELETE", None, ["it", "delete", 0]),
    ],
)
async def test_requests_and_answers_pass_as_they_are(
    tmp_path: Path, method: str, content: bytes | None, said: list[object]
) -> None:
    proxy = Proxy(tmp_path)
    async with listening(saying("it")) as backend, proxied(proxy) as client:
        proxy.set_backend("live", backend)
        assert (await client.request(method, "/", content=content)).json() == said
        head = await client.head("/")
        assert (head.status_code, head.content) == (200, b"")


async def test_a_body_of_unknown_length_passes(tmp_path: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    proxy = Proxy(tmp_path)
    async with listening(saying("it")) as backend, proxied(proxy) as client:
        proxy.set_backend("live", backend)
        name, _, length = (await client.post("/", content=pieces())).json()
        assert (name, length > 6) == ("it", True)


async def test_a_body_has_one_length(tmp_path: Path) -> None:
    """Two would have each side see another end of it."""
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"0\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    proxy = Proxy(tmp_path)
    async with listening(answer) as backend, proxied(proxy) as client:
        proxy.set_backend("live", backend)
        headers = {"content-length": "400", "transfer-encoding": "chunked"}
        assert (await client.post("/", content=b"", headers=headers)).status_code == 204
    assert b"chunked" in heads[0]
    assert b"content-length" not in heads[0]


async def test_a_request_whose_client_has_gone_stays_under_way(tmp_path: Path) -> None:
    asked, finish = asyncio.Event(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await finish.wait()
        writer.close()

    proxy = Proxy(tmp_path)
    async with listening(answer) as backend, listening(partial(proxy.serve, "live")) as place:
        proxy.set_backend("live", backend)
        _, writer = await asyncio.open_connection(*place.split(":"))
        writer.write(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        await asked.wait()
        writer.transport.abort()
        del writer
        for _ in range(20):  # until the loop has dropped the connection
            await asyncio.sleep(0)
        gc.collect()
        assert proxy.under_way["live", backend] == 1
        finish.set()
        await until(lambda: not proxy.under_way["live", backend])


async def test_a_request_waits_for_a_service_that_starts(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path)
    async with listening(saying("gone")) as free:
        pass  # nothing listens there any more
    proxy.set_backend("live", free)
    async with proxied(proxy) as client:
        asking = asyncio.create_task(client.get("/"))
        await until(lambda: proxy.under_way["live", free] > 0)
        async with await asyncio.start_server(saying("late"), *free.split(":")):
            assert (await asking).json()[0] == "late"


async def test_a_request_that_waits_goes_where_the_port_leads_by_then(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path)
    async with listening(saying("gone")) as free:
        pass
    proxy.set_backend("live", free)
    async with proxied(proxy) as client, listening(saying("new")) as new:
        asking = asyncio.create_task(client.get("/"))
        await until(lambda: proxy.under_way["live", free] > 0)
        proxy.set_backend("live", new)
        assert (await asking).json()[0] == "new"


async def test_drained_waits_for_the_answers_of_the_backend_before(tmp_path: Path) -> None:
    go_on, asked = asyncio.Event(), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await go_on.wait()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nold")
        writer.close()

    proxy = Proxy(tmp_path)
    async with listening(slow) as old, listening(saying("new")) as new, proxied(proxy) as client:
        proxy.set_backend("live", old)
        asking = asyncio.create_task(client.get("/"))
        await asked.wait()
        proxy.set_backend("live", new)
        assert await proxy.drained("live", 0.01) == 1
        go_on.set()
        assert (await asking).text == "old"
        assert await proxy.drained("live", 10) == 0


async def test_what_is_set_and_what_was_before_outlives_the_proxy(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path)
    for backend in ("a:1", "b:1", "b:1", "c:1"):
        proxy.set_backend("live", backend)
    proxy.set_backend("candidate", "d:1")
    assert Proxy(tmp_path).backends == {"live": "c:1", "candidate": "d:1"}
    assert (tmp_path / "previous").read_text() == "b:1"


async def breaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def babbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"this is no HTTP\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("backend", [breaks, babbles], ids=["breaks off", "speaks no HTTP"])
async def test_a_backend_that_answers_nothing_is_a_bad_gateway(
    tmp_path: Path, backend: Connection
) -> None:
    proxy = Proxy(tmp_path)
    async with listening(backend) as place, proxied(proxy) as client:
        proxy.set_backend("live", place)
        assert (await client.get("/")).status_code == 502


async def test_where_nothing_is_deployed_the_answer_says_so(tmp_path: Path) -> None:
    async with proxied(Proxy(tmp_path)) as client:
        answer = await client.get("/")
        assert (answer.status_code, answer.json()) == (503, {"detail": "nothing is deployed here"})


async def test_no_http_is_refused(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path)
    async with listening(partial(proxy.serve, "live")) as place:
        reader, writer = await asyncio.open_connection(*place.split(":"))
        writer.write(b"\x16\x03\x01 hello\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()


async def test_a_switch_of_protocols_passes_both_ways(tmp_path: Path) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n"
        )
        writer.write((await reader.readexactly(5))[::-1])
        writer.close()

    proxy = Proxy(tmp_path)
    async with listening(echo) as backend, listening(partial(proxy.serve, "live")) as place:
        proxy.set_backend("live", backend)
        reader, writer = await asyncio.open_connection(*place.split(":"))
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n")
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"olleh"
        writer.close()


async def test_no_request_fails_while_the_backend_changes_again_and_again(tmp_path: Path) -> None:
    """Each backend ends as soon as no request is under way at it."""
    proxy, answered = Proxy(tmp_path), 0
    async with contextlib.AsyncExitStack() as stack, proxied(proxy) as client:
        old = await asyncio.start_server(saying("0"), "127.0.0.1", 0)
        stack.push_async_callback(old.wait_closed)
        proxy.set_backend("live", f"127.0.0.1:{old.sockets[0].getsockname()[1]}")
        done = asyncio.Event()

        def reached(wanted: int) -> bool:
            return answered >= wanted

        async def ask() -> None:
            nonlocal answered
            while not done.is_set():
                (await client.get("/")).raise_for_status()
                answered += 1

        asking = asyncio.create_task(ask())
        for number in range(1, 20):
            new = await asyncio.start_server(saying(str(number)), "127.0.0.1", 0)
            proxy.set_backend("live", f"127.0.0.1:{new.sockets[0].getsockname()[1]}")
            assert await proxy.drained("live", 10) == 0
            old.close()
            old, wanted = new, answered + 1
            await until(partial(reached, wanted))
        done.set()
        await asking
        old.close()
    assert answered >= 19


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.1\r\nhost: x\r\n", b"HTTP/1.1 408"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhal", b"HTTP/1.1 408"),
        (b"", b""),
    ],
    ids=["head", "body", "nothing"],
)
async def test_a_request_that_does_not_come_in_time_holds_no_connection(
    tmp_path: Path, sent: bytes, said: bytes
) -> None:
    proxy = Proxy(tmp_path, request_seconds=0.3)
    async with listening(saying("it")) as backend, listening(partial(proxy.serve, "live")) as place:
        proxy.set_backend("live", backend)
        host, _, port = place.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        assert (await asyncio.wait_for(reader.read(), 20)).startswith(said)
        writer.close()
        await until(lambda: not proxy.tasks)
        assert not +proxy.under_way


async def test_a_byte_now_and_then_does_not_keep_a_connection(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path, request_seconds=0.5)
    async with listening(partial(proxy.serve, "live")) as place:
        host, _, port = place.partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        await until(lambda: bool(proxy.tasks))
        async with asyncio.timeout(20):
            while proxy.tasks:
                writer.write(b"x")
                await asyncio.sleep(0.02)
        writer.close()
