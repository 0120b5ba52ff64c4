import pytest

from main import RateLimiter, map_async

pytestmark = pytest.mark.asyncio


async def value(n):
    return n


async def test_waits():
    slept = []

    async def sleep(s):
        slept.append(s)

    limit = RateLimiter(2.0, sleep=sleep, clock=lambda: 10.0)
    assert [await limit(value(n)) for n in range(3)] == [0, 1, 2]
    assert slept == [2.0, 4.0]


async def test_real_clock():
    limit = RateLimiter(0)
    assert await limit(value("x")) == "x"


async def test_exception():
    async def bad():
        raise KeyError("k")

    with pytest.raises(KeyError):
        await RateLimiter(0)(bad())


async def test_map():
    async def double(n):
        return 2 * n

    assert await map_async(double, [1, 2]) == [2, 4]
