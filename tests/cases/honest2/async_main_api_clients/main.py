import asyncio


class Client:
    def __init__(self, transport, retries=2):
        self.transport = transport
        self.retries = retries
        self.log = []

    async def get(self, path):
        for attempt in range(self.retries + 1):
            try:
                status, body = await self.transport(path)
            except OSError as error:
                self.log.append(type(error).__name__)
                continue
            if status == 200:
                return body
            if status < 500:
                raise LookupError(f"{status} {path}")
            self.log.append(status)
        raise TimeoutError(f"{path} failed {self.retries + 1} times")

    async def get_many(self, *paths):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.get(p)) for p in paths]
        return [t.result() for t in tasks]


async def ticker(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)
