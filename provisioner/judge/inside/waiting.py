"""asyncio across two processes: one loop and one task there for each here.

The loop of the code runs only while the loop of the tests has it run, a step at a time, on the
connection of that thread. What a task of the tests awaits is awaited by that task's own task of
the code; what the code awaits of the tests becomes a task of their loop.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .objects import Space
from .loops import PUMPED, own

_tickets = itertools.count(1)


_sleep = asyncio.sleep  # tests may replace it


class Pump:
    """Runs the code's loop that belongs to one loop of the tests."""

    def __init__(self, space: Space, loop: asyncio.AbstractEventLoop) -> None:
        self._space, self._loop = space, loop
        self.key = next(_tickets)
        self.waiting: dict[int, asyncio.Future[Any]] = {}
        self._tasks: dict[Any, int] = {}
        self._own: dict[int, asyncio.Task[Any]] = {}
        self._pumping: asyncio.Task[Any] | None = None

    def task_key(self) -> int:
        """The number of the task that runs, 0 where none does."""
        task = asyncio.current_task(self._loop)
        if task is None or task is self._pumping:
            return 0
        number = self._tasks.get(task)
        if number is None:
            number = self._tasks[task] = next(_tickets)
            task.add_done_callback(self._ended)
        return number

    def _ended(self, task: Any) -> None:
        number = self._tasks.pop(task, None)
        if number is not None:
            self._space.extras.setdefault("task ended", []).append((self.key, number))

    async def run(self, operation: str, *body: Any) -> Any:
        """Have the code's loop await something; its result."""
        ticket = next(_tickets)
        request = self._space.peer.request
        request("await", self.key, self.task_key(), ticket, operation, body)
        future = self.waiting[ticket] = self._loop.create_future()
        if self._pumping is None or self._pumping.done():
            self._pumping = self._loop.create_task(self._pump())
        while True:
            try:
                return await asyncio.shield(future)
            except asyncio.CancelledError:
                if future.done():
                    raise
                request("cancel", self.key, ticket)
                if self._pumping.done() or self._pumping.cancelling():
                    raise  # the whole loop ends

    async def _pump(self) -> None:
        request = self._space.peer.request
        while self.waiting:
            done, wanted, delay = request("pump", self.key)
            for ticket, held, value in done:
                self._resolve(ticket, held, value)
            for ticket, awaited in wanted:
                if awaited is None:
                    if ticket in self._own:
                        self._own[ticket].cancel()
                    continue
                task = self._own[ticket] = self._loop.create_task(
                    self._await_own(ticket, own(self._space, awaited))
                )
                task.add_done_callback(functools.partial(self._forget, ticket))
            if self.waiting:
                await _sleep(delay)

    def _resolve(self, ticket: int, held: bool, value: Any) -> None:
        future = self.waiting.pop(ticket, None)
        if future is None or future.done():
            return
        perturbed = self._space.peer.perturbation  # type: ignore[attr-defined]
        if held:
            future.set_result(value if perturbed is None else perturbed.changed(value))
        elif isinstance(value, asyncio.CancelledError):
            future.cancel()
        elif perturbed is not None and not isinstance(value, StopAsyncIteration):
            future.set_result(None)
        else:
            if isinstance(value, StopIteration):
                value = RuntimeError("coroutine raised StopIteration")
            future.set_exception(value)

    def _forget(self, ticket: int, task: Any) -> None:
        self._own.pop(ticket, None)

    async def _await_own(self, ticket: int, awaited: Any) -> None:
        request = self._space.peer.request
        try:
            value = await awaited
        except BaseException as error:  # it is the code's to see
            request("finished", self.key, ticket, False, error)
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
        else:
            request("finished", self.key, ticket, True, value)


_pumps: dict[int, Pump] = {}


def pump_of(space: Space, loop: asyncio.AbstractEventLoop) -> Pump:
    """The pump of a running loop of the tests."""
    pump = _pumps.get(id(loop))
    if pump is None or pump._loop is not loop:
        pump = _pumps[id(loop)] = Pump(space, loop)
    return pump


def in_task(space: Space) -> tuple[int, int] | None:
    """Loop and task that a request of the tests comes from, None outside of loops."""
    loop = asyncio._get_running_loop()
    if loop is None:
        return None
    pump = pump_of(space, loop)
    return pump.key, pump.task_key()


async def await_theirs(space: Space, number: int) -> Any:
    """Await a coroutine of the other side."""
    return await _await(space, "coroutine", number)


async def await_object(owner: Any) -> Any:
    """Await an object of the other side."""
    return await _await(type(owner)._judge_space, "object", owner)


async def _await(space: Space, operation: str, *body: Any) -> Any:
    loop = asyncio.get_running_loop()
    if not space.trusting:
        return await pump_of(space, loop).run(operation, *body)
    pumped = PUMPED.get(loop)
    if pumped is None:
        return space.peer.request("run", operation, body)
    ticket = next(_tickets)
    future = pumped.futures[ticket] = loop.create_future()
    pumped.wanted.append((ticket, (operation, body)))
    try:
        return await future
    except asyncio.CancelledError:
        if pumped.futures.pop(ticket, None) is not None:
            pumped.wanted.append((ticket, None))
        raise


async def iterate_theirs(space: Space, number: int) -> Any:
    """An asynchronous generator that runs the other side's."""
    operation: str = "next"
    sent: tuple[Any, ...] = ()
    try:
        while True:
            try:
                value = await _await(space, operation, number, *sent)
            except StopAsyncIteration:
                return
            try:
                got = yield value
            except GeneratorExit:
                await _await(space, "aclose", number)
                raise
            except BaseException as error:
                operation, sent = "athrow", (error,)
            else:
                operation, sent = ("asend", (got,)) if got is not None else ("next", ())
    finally:
        pass
