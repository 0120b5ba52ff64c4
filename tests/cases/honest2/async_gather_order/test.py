import asyncio

import pytest

from main import fetch, fetch_all


def test_one():
    assert asyncio.run(fetch(3)) == 30


def test_order_and_limit():
    results, most = asyncio.run(fetch_all([3, 1, 2, 5], limit=2))
    assert results == [30, 10, 20, 50]
    assert most == 2


def test_exception_kept():
    results, _ = asyncio.run(fetch_all([1, -1]))
    assert results[0] == 10
    assert isinstance(results[1], ValueError)
    assert str(results[1]) == "bad -1"


def test_timeout():
    async def slow():
        await asyncio.wait_for(fetch(1, delay=5), timeout=0.01)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(slow())
