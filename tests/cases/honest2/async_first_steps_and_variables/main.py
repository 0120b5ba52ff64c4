"""Who asks, in each task, and what is told to whoever listens."""

import asyncio
from contextlib import asynccontextmanager
from contextvars import ContextVar

asking: ContextVar[str] = ContextVar("asking", default="-")
_queues: list[asyncio.Queue] = []


@asynccontextmanager
async def request(name):
    token = asking.set(name)
    try:
        yield name
    finally:
        asking.reset(token)


async def who():
    return asking.get()


async def ask(callback):
    answer = callback()
    return await answer if asyncio.iscoroutine(answer) else answer


async def count(name, log):
    for number in range(3):
        log.append(f"{name}{number}")
        await asyncio.sleep(0)


async def news():
    queue = asyncio.Queue()
    _queues.append(queue)
    try:
        while True:
            yield await queue.get()
    finally:
        _queues.remove(queue)


def tell(item):
    for queue in _queues:
        queue.put_nowait(item)
