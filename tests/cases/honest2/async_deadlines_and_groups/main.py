"""Deadlines and groups that a caller's own waiting is inside of."""

import asyncio
import contextlib


@contextlib.asynccontextmanager
async def deadline(seconds, what="it"):
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise TimeoutError(f"{what} took longer than {seconds} s") from None


class Scope:
    """Runs jobs beside its block; one that fails ends the block."""

    async def __aenter__(self):
        self.group = asyncio.TaskGroup()
        await self.group.__aenter__()
        return self

    async def __aexit__(self, *exc):
        try:
            return await self.group.__aexit__(*exc)
        except* ZeroDivisionError as found:
            raise ArithmeticError("a job divided by zero") from found.exceptions[0]

    def start(self, job):
        return self.group.create_task(job)


async def merged(*sources):
    queue, end = asyncio.Queue(), object()

    async def pump(source):
        async for value in source:
            await queue.put(value)
        await queue.put(end)

    async with asyncio.TaskGroup() as group:
        for source in sources:
            group.create_task(pump(source))
        left = len(sources)
        while left:
            value = await queue.get()
            if value is end:
                left -= 1
            else:
                yield value


async def divide(a, b, after=0.0):
    await asyncio.sleep(after)
    return a / b
