import asyncio


class RateLimiter:
    def __init__(self, per_call, sleep=asyncio.sleep, clock=None):
        self.per_call = per_call
        self.sleep = sleep
        self.clock = clock or asyncio.get_running_loop().time
        self.next_at = None
        self.lock = asyncio.Lock()

    async def __call__(self, coro):
        async with self.lock:
            now = self.clock()
            if self.next_at is not None and now < self.next_at:
                await self.sleep(self.next_at - now)
                now = self.next_at
            self.next_at = now + self.per_call
        return await coro


async def map_async(f, items):
    return [await f(i) for i in items]
