import asyncio


class Pool:
    def __init__(self, handler, size=2):
        self.queue = asyncio.Queue()
        self.handler = handler
        self.size = size
        self.done = []

    async def __aenter__(self):
        self.workers = [asyncio.create_task(self._work()) for _ in range(self.size)]
        return self

    async def __aexit__(self, *exc):
        await self.queue.join()
        for w in self.workers:
            w.cancel()
        await asyncio.gather(*self.workers, return_exceptions=True)

    async def put(self, item):
        await self.queue.put(item)

    async def _work(self):
        while True:
            item = await self.queue.get()
            try:
                self.done.append(await self.handler(item))
            except Exception as error:
                self.done.append(error)
            finally:
                self.queue.task_done()
