"""asyncio across two processes: one loop and one task of the code for each of the tests'.

The loop of the code runs only while the loop of the tests has it run, a step at a time, on the
connection of that thread. What a task of the tests awaits is awaited by that task's own task of
the code; what the code awaits of the tests becomes a task of their loop. See loops.py.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import types
from typing import TYPE_CHECKING, Any

from ..mirror.functions import generate, relaying
from ..mirror.mirrored import ask
from .loops import CANCEL, PUMPED, awaited, resolve

if TYPE_CHECKING:
    from .space import Space

_sleep = asyncio.sleep  # tests may replace it
_numbers = itertools.count(1)


class Pump:
    """Runs the code's loop that belongs to one loop of the tests."""

    def __init__(self, space: Space, loop: asyncio.AbstractEventLoop) -> None:
        self._space, self.loop = space, loop
        self.key = next(_numbers)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._tasks: dict[Any, int] = {}
        self._own: dict[int, asyncio.Task[Any]] = {}
        self._pumping: Any = None
        self._runs = True
        self._cancelled: set[int] = set()
        self._asking: set[int] = set()  # tasks of the tests that await something of the code's
        self._ends: set[Any] = set()  # and those that the code cancelled
        self._close = loop.close
        loop.close = self.close  # type: ignore[method-assign]

    def close(self) -> None:
        """Close the loop of the tests, and that of the code with it."""
        self._close()
        if _pumps.pop(id(self.loop), None) is not None:
            self._space.peer.request("close", self.key)

    def task_key(self) -> int:
        """The number of the task that runs, 0 where none does."""
        task = asyncio.current_task(self.loop)
        if task is None or task is self._pumping:
            return 0
        if task not in self._tasks:
            self._tasks[task] = next(_numbers)
            task.add_done_callback(self._ended)
        return self._tasks[task]

    def _ended(self, task: Any) -> None:
        number = self._tasks.pop(task)
        self._space.extras.setdefault("task ended", []).append((self.key, number))
        try:
            task.result()
        except BaseException as error:  # whoever awaits it sees it as well
            if not task.cancelling() or task in self._ends:
                self._space.peer.ended(error, task in self._ends)

    async def run(self, operation: str, *body: Any) -> Any:
        """Have the code's loop await something; its result."""
        ticket, key = next(_numbers), self.task_key()
        request = self._space.peer.request
        told = request("await", self.key, key, ticket, operation, body)
        future = self._waiting[ticket] = self.loop.create_future()
        self._asking.add(key)
        self._took(*told)
        self.start()
        try:
            while True:
                try:
                    return await asyncio.shield(future)
                except asyncio.CancelledError:
                    if future.done():
                        if ticket not in self._cancelled and not self._space.peer.may_cancel:
                            self._ends.add(asyncio.current_task())
                        raise
                    self._cancelled.add(ticket)
                    request("cancel", self.key, ticket)
                    if self._pumping.done() or self._pumping.cancelling():
                        raise  # the whole loop ends
        finally:
            self._asking.discard(key)

    def start(self) -> None:
        """Have the code's loop run until it has nothing more to do."""
        if self._pumping is None or self._pumping.done():
            self._pumping = self.loop.create_task(self._pump())

    async def _pump(self) -> None:
        self._runs = True
        while self._runs or self._waiting or self._own:
            delay = self._step()
            if self._runs or self._waiting or self._own:
                await _sleep(delay)

    def _step(self) -> float:
        """Run the code's loop as far as it goes; after how many seconds it may go on."""
        try:
            told = self._space.peer.request("pump", self.key)
        except Exception as error:  # what was done cannot be sent, and nobody would be woken
            for lost in self._waiting.values():
                if not lost.done():
                    lost.set_exception(error)
            self._waiting.clear()
            self._runs = False
            return 0.0
        return self._took(*told)

    def _took(self, done: Any, wanted: Any, runs: bool, delay: float) -> float:
        """What the code's loop told; after how many seconds it may go on."""
        self._runs = runs
        for ticket, held, value in done:
            future = self._waiting.pop(ticket, None)
            if not held:
                self._space.peer.take_back(value)
            if future is not None and not future.done():
                perturbed = self._space.peer.perturbation
                if perturbed is not None:
                    held, value = perturbed.awaited(held, value)
                resolve(future, held, value)
        for ticket, request in wanted:
            if request == CANCEL:
                self._cancel(ticket)
            elif request is None:
                if ticket in self._own:
                    self._own[ticket].cancel()
            else:
                task = self.loop.create_task(self._await_own(ticket, *request))
                self._own[ticket], self._tasks[task] = task, -ticket
                task.add_done_callback(self._ended)
        return float(delay)

    def _cancel(self, number: int) -> None:
        """Cancel a task of the tests for the code, where it waits for something of the tests'."""
        for task, key in self._tasks.items():
            if key == number and key not in self._asking and task._fut_waiter is not None:
                self._space.peer.request("delivered", self.key, number)
                task.cancel()
                task.uncancel()
                if not self._space.peer.may_cancel:
                    self._ends.add(task)

    async def _await_own(self, ticket: int, operation: str, body: Any) -> None:
        request = self._space.peer.request
        try:
            value = await awaited(self._space, operation, *body)
        except BaseException as error:  # it is the code's to see
            self._space.peer.let_out(error)
            request("finished", self.key, ticket, False, error)
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
        else:
            request("finished", self.key, ticket, True, value)
        finally:
            self._own.pop(ticket, None)
        self._step()  # what waited for it goes on before anything else happens here


_pumps: dict[int, Pump] = {}


def pump_of(space: Space, loop: asyncio.AbstractEventLoop) -> Pump:
    """The pump of a running loop of the tests."""
    pump = _pumps.get(id(loop))
    if pump is None or pump.loop is not loop:
        pump = _pumps[id(loop)] = Pump(space, loop)
    return pump


def pump_more(space: Space, keys: list[Any]) -> None:
    """The code's loops of these numbers have something to do."""
    loop = asyncio._get_running_loop()
    if loop is not None and (pump := pump_of(space, loop)).key in keys:
        pump.start()


def run_own(space: Space, operation: str, body: Any) -> Any:
    """Run to its end what the code wants of the tests', where no loop of theirs runs."""
    return asyncio.run(awaited(space, operation, *body))


@types.coroutine
def _step_by_step(space: Space, owner: Any) -> Any:
    """Await where no loop runs: each step here is one there."""
    steps = generate(space, owner) if type(owner) is int else ask(owner, "special", "__await__", ())
    if type(owner) is int:
        next(steps)
    return (yield from steps)


async def await_theirs(space: Space, owner: Any, operation: str = "await", *sent: Any) -> Any:
    """Await an object of the other side, or the coroutine of that number; or ask a generator."""
    loop = asyncio._get_running_loop()
    if loop is None:
        return await _step_by_step(space, owner)
    if not space.trusting:
        return await pump_of(space, loop).run(operation, owner, *sent)
    pumped = PUMPED.get(loop)
    if pumped is None:
        return space.peer.request("run", operation, (owner, *sent))
    ticket, future = pumped.want((operation, (owner, *sent)))
    try:
        return await future
    except asyncio.CancelledError:
        if pumped.futures.pop(ticket, None) is not None:
            pumped.wanted.append((ticket, None))
        raise


def _asked(space: Space, number: int) -> Any:
    return functools.partial(await_theirs, space, number)


#: Gets the Space and the number of an asynchronous generator of the other side, and runs that.
iterate_theirs = relaying(_asked)
