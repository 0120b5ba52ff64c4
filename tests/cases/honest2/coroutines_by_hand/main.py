"""A small scheduler of coroutines, without asyncio."""

import heapq
import itertools


class Cancelled(Exception):
    pass


class Sleep:
    def __init__(self, seconds):
        self.seconds = seconds

    def __await__(self):
        yield self
        return f"slept {self.seconds}"


async def switch():
    await Sleep(0)


async def sleep_twice(seconds):
    await Sleep(seconds)
    return await Sleep(seconds)


class Scheduler:
    def __init__(self):
        self.now = 0
        self.results = {}
        self._order = itertools.count()
        self._heap = []

    def spawn(self, name, coroutine):
        heapq.heappush(self._heap, (self.now, next(self._order), name, coroutine))

    def run(self):
        while self._heap:
            self.now, _, name, coroutine = heapq.heappop(self._heap)
            try:
                wanted = coroutine.send(None)
            except StopIteration as stop:
                self.results[name] = stop.value
            except Cancelled as error:
                self.results[name] = error
            else:
                when = self.now + wanted.seconds
                heapq.heappush(self._heap, (when, next(self._order), name, coroutine))
        return self.results
