import asyncio
class Limiter:
    def __init__(self, n): self.sem, self.active = asyncio.Semaphore(n), 0
    async def __aenter__(self):
        await self.sem.acquire(); self.active += 1
        return self
    async def __aexit__(self, *a):
        self.sem.release(); self.active -= 1
async def crawl(urls, fetch, limit):
    lim = Limiter(limit)
    async def one(u):
        async with lim:
            return u, await fetch(u)
    return dict(await asyncio.gather(*map(one, urls)))
