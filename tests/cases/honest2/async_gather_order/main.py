import asyncio


async def fetch(n, delay=0.0):
    await asyncio.sleep(delay)
    if n < 0:
        raise ValueError(f"bad {n}")
    return n * 10


async def fetch_all(ns, limit=2):
    gate = asyncio.Semaphore(limit)
    running = most = 0

    async def one(n):
        nonlocal running, most
        async with gate:
            running += 1
            most = max(most, running)
            try:
                return await fetch(n, 0.001)
            finally:
                running -= 1

    results = await asyncio.gather(*map(one, ns), return_exceptions=True)
    return results, most
