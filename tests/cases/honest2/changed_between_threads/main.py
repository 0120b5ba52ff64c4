"""Events, which a pool of threads handles, and work that is put off until its loop ends."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

handlers = {}
settings = {"factor": 1, "tags": [], "stopped": False}
log = []
_lock = threading.Lock()
_pool = ThreadPoolExecutor(4)


def _handle(name, value):
    handler = handlers.get(name)
    if handler is None:
        raise LookupError(f"no handler for {name}")
    result = handler(value * settings["factor"])
    with _lock:
        log.append((name, value, *settings["tags"]))
    return result


def later(name, value):
    return _pool.submit(_handle, name, value)


def emit(name, *values):
    return [one.result() for one in [later(name, value) for value in values]]


def spin():
    """Count until the settings say that it is enough."""

    def run():
        count = 0
        while not settings["stopped"]:
            count += 1
        return count

    return _pool.submit(run)


async def start():
    """Log its end once the loop ends."""

    async def wait():
        try:
            await asyncio.sleep(60)
        finally:
            log.append("ended")

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    return task.get_name() != ""
