import asyncio
import contextlib
import logging

log = logging.getLogger("tasks")


class JobFailed(Exception):
    def __init__(self, name, error):
        super().__init__(f"{name}: {error}")
        self.name = name
        self.error = error


class TaskManager:
    def __init__(self):
        self._tasks = {}
        self._results = {}

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, exc, tb):
        if kind:
            await self.cancel_all()
        else:
            await self.join()

    def spawn(self, name, coro):
        if name in self._tasks:
            coro.close()
            raise ValueError(f"task {name!r} already exists")
        task = asyncio.create_task(coro, name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda t: self._finished(name, t))
        return task

    def _finished(self, name, task):
        self._tasks.pop(name, None)
        if task.cancelled():
            self._results[name] = "cancelled"
        elif error := task.exception():
            log.error("task %s failed", name, exc_info=error)
            self._results[name] = JobFailed(name, error)
        else:
            self._results[name] = task.result()

    @property
    def results(self):
        return dict(self._results)

    @property
    def running(self):
        return sorted(self._tasks)

    async def join(self):
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            await asyncio.sleep(0)

    async def cancel_all(self):
        for task in list(self._tasks.values()):
            task.cancel()
        await self.join()


class Debouncer:
    def __init__(self, delay, callback):
        self.delay, self.callback = delay, callback
        self._handle = None

    def __call__(self, *args):
        if self._handle:
            self._handle.cancel()
        loop = asyncio.get_running_loop()
        self._handle = loop.call_later(self.delay, self.callback, *args)


class AsyncLazy:
    """Awaitable that computes its value once."""

    def __init__(self, factory):
        self._factory = factory
        self._lock = asyncio.Lock()

    def __await__(self):
        return self._get().__await__()

    async def _get(self):
        async with self._lock:
            if not hasattr(self, "_value"):
                self._value = await self._factory()
        return self._value


async def race_to_future(future, producer):
    try:
        future.set_result(await producer())
    except Exception as exc:
        future.set_exception(exc)


async def producer_consumer(items, worker, workers=2):
    queue = asyncio.Queue()
    out = []

    async def consume():
        while True:
            item = await queue.get()
            try:
                out.append(await worker(item))
            finally:
                queue.task_done()

    tasks = [asyncio.create_task(consume()) for _ in range(workers)]
    for item in items:
        queue.put_nowait(item)
    await queue.join()
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    return out


def sync_entry(n):
    async def inner():
        await asyncio.sleep(0)
        return n + 1

    return asyncio.run(inner())
