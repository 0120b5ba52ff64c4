import asyncio


async def fetch(n, delay=0):
    await asyncio.sleep(delay)
    if n < 0:
        raise ValueError("negative")
    return n * 2


async def fetch_all(ns):
    return await asyncio.gather(*(fetch(n) for n in ns))


async def with_timeout(coro, seconds):
    try:
        return await asyncio.wait_for(coro, seconds)
    except asyncio.TimeoutError:
        return None


async def ticks(n):
    for i in range(n):
        yield i
