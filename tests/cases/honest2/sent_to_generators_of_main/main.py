"""Asynchronous generators that take values, threads with names, causes that lead in a circle."""

import threading
from concurrent.futures import ThreadPoolExecutor


async def running_mean():
    total, count, mean = 0.0, 0, 0.0
    while True:
        try:
            value = yield mean
        except ValueError:
            total, count, mean = 0.0, 0, 0.0
            continue
        total, count = total + value, count + 1
        mean = total / count


async def doubled(source):
    async for one in source:
        yield one * 2


def in_threads(job, items, prefix="worker"):
    with ThreadPoolExecutor(2, thread_name_prefix=prefix) as pool:
        return list(pool.map(job, items))


def current_name():
    return threading.current_thread().name


class Failed(Exception):
    def __init__(self, step, error):
        super().__init__(f"{step} failed")
        self.step, self.error = step, error


async def steps(*calls):
    for number, one in enumerate(calls, 1):
        try:
            await one()
        except Exception as error:
            failed = Failed(number, error)
            error.failed = failed
            error.__cause__ = failed
            raise failed from error
    return number
