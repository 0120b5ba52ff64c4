import asyncio
from unittest.mock import AsyncMock, call

import pytest

from main import Client, ticker


def test_ok():
    transport = AsyncMock(return_value=(200, {"a": 1}))
    assert asyncio.run(Client(transport).get("/x")) == {"a": 1}
    transport.assert_awaited_once_with("/x")


def test_retries():
    transport = AsyncMock(side_effect=[ConnectionResetError(), (503, None), (200, "ok")])
    client = Client(transport)
    assert asyncio.run(client.get("/x")) == "ok"
    assert client.log == ["ConnectionResetError", 503]
    assert transport.await_args_list == [call("/x")] * 3


def test_gives_up():
    client = Client(AsyncMock(return_value=(500, None)), retries=1)
    with pytest.raises(TimeoutError, match="failed 2 times"):
        asyncio.run(client.get("/y"))


def test_group():
    async def transport(path):
        await asyncio.sleep(0)
        return (404, None) if path == "/bad" else (200, path[1:])

    assert asyncio.run(Client(transport).get_many("/a", "/b")) == ["a", "b"]
    with pytest.raises(ExceptionGroup) as info:
        asyncio.run(Client(transport).get_many("/a", "/bad"))
    assert isinstance(info.value.exceptions[0], LookupError)


def test_ticker():
    async def collect():
        return [i * i async for i in ticker(4) if i]

    assert asyncio.run(collect()) == [1, 4, 9]
