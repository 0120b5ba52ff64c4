import asyncio
import pytest
from main import fetch, fetch_all, with_timeout, ticks


@pytest.mark.asyncio
async def test_fetch():
    assert await fetch(2) == 4


@pytest.mark.asyncio
async def test_all():
    assert await fetch_all([1, 2, 3]) == [2, 4, 6]


@pytest.mark.asyncio
async def test_negative():
    with pytest.raises(ValueError, match="negative"):
        await fetch(-1)


def test_sync():
    assert asyncio.run(with_timeout(fetch(1, 5), 0.01)) is None
    assert asyncio.run(with_timeout(fetch(1), 1)) == 2


@pytest.mark.asyncio
async def test_ticks():
    assert [i async for i in ticks(3)] == [0, 1, 2]
    assert await fetch(5) == 10
