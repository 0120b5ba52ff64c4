import asyncio


class Queue:
    def __init__(self):
        self._items = asyncio.Queue()

    async def put(self, item):
        await self._items.put(item)

    async def get(self, timeout=None):
        async with asyncio.timeout(timeout):
            return await self._items.get()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        self.closed = True


async def gather(*numbers):
    async def one(n):
        await asyncio.sleep(0)
        return n * n

    return await asyncio.gather(*(one(n) for n in numbers))


async def count(n):
    for i in range(n):
        yield i
