"""The loops of the code: one for each loop of the tests, one task for each of its tasks.

See waiting.py for the other side.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..mirror.functions import AWAITED

if TYPE_CHECKING:
    from .space import Space

_POLL_SECONDS = 0.0005
_STEPS = 50
#: What the code wants of a task of the tests.
CANCEL = "cancel"


async def awaited(space: Space, operation: str, owner: Any, *sent: Any) -> Any:
    """Await an object of ours; raises KeyError for what is no such operation."""
    return await AWAITED[operation](space.ours(owner), *sent)


class Loop:
    """A loop of the code that the tests' pump runs."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.loop: Any = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda loop, context: None)
        self.tasks: dict[int, TaskOf] = {}
        self.running: dict[int, asyncio.Task[Any]] = {}
        self.done: list[tuple[int, bool, Any]] = []
        self.wanted: list[tuple[int, Any]] = []
        self.futures: dict[int, asyncio.Future[Any]] = {}
        self.contexts: dict[int, contextvars.Context] = {}

    @property
    def runs(self) -> bool:
        """Whether it has something to do, whatever the tests await."""
        return bool(self.loop._ready or self.loop._scheduled)

    def task(self, key: int) -> TaskOf:
        """The task for that of the tests; what runs for a task of ours has that one's variables."""
        if key not in self.tasks:
            context = self.contexts.pop(key, None) or contextvars.copy_context()
            self.at_once(lambda: self.tasks.__setitem__(key, TaskOf(self, key, context)))
        return self.tasks[key]

    def at_once(self, deed: Callable[[], None]) -> None:
        """Do something, and the step that it has the loop do, before all others."""
        if asyncio._get_running_loop() is not None:
            deed()
            return
        ready: Any = self.loop._ready
        others = list(ready)
        ready.clear()
        try:
            deed()
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()
        finally:
            ready.extendleft(reversed(others))

    def want(self, request: Any) -> tuple[int, asyncio.Future[Any]]:
        """Have the tests await something, as a task of the number that is minus the ticket."""
        ticket = next(_numbers)
        self.contexts[-ticket] = contextvars.copy_context()
        future = self.futures[ticket] = self.loop.create_future()
        self.wanted.append((ticket, request))
        return ticket, future

    def told(self) -> tuple[Any, Any, bool, float]:
        """What is done, what the tests are to await, whether it has more to do, and a delay."""
        done, self.done = self.done, []
        wanted, self.wanted = self.wanted, []
        delay = _POLL_SECONDS
        if done or wanted or self.loop._ready:
            delay = 0.0
        elif self.loop._scheduled:
            delay = max(min(self.loop._scheduled[0]._when - self.loop.time(), delay), 0.0)
        return tuple(done), tuple(wanted), self.runs, delay


class TaskOf:
    """The code's task for one of the tests' tasks.

    Attributes:
        cancelled: by a timeout or a group of the code's, while the task of the tests does
            something else; that is cancelled, or else what this awaits next.
    """

    def __init__(self, loop: Loop, key: int, context: contextvars.Context) -> None:
        self.loop, self.key, self.context = loop, key, context
        self.cancelled = False
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self.ended = False
        self.task = loop.loop.create_task(self._run(), context=self.context)

    async def _run(self) -> None:
        while not self.ended:
            try:
                request = await self.inbox.get()
            except asyncio.CancelledError:
                self._uncancel()
                if not self.ended:
                    self.cancelled = True
                    self.loop.wanted.append((self.key, CANCEL))
            else:
                await self._serve(*request)

    async def _serve(self, ticket: int, operation: str, body: Any) -> None:
        self.loop.running[ticket] = self.task
        if self.cancelled:
            self.cancelled = False
            self.loop.loop.call_soon(self.task.cancel)
        try:
            ended = True, await awaited(self.loop.space, operation, *body)
        except BaseException as error:  # it is the tests' to see
            ended = False, error
            self._uncancel()
        del self.loop.running[ticket]
        self.loop.done.append((ticket, *ended))

    def _uncancel(self) -> None:
        while self.task.cancelling():
            self.task.uncancel()

    def end(self) -> None:
        """The tests' task has ended, and this with it."""
        self.ended = True
        if not self.loop.loop.is_closed():
            self.task.cancel()


_numbers = itertools.count(1)
_loops: dict[int, Loop] = {}
#: The same by their own loops.
PUMPED: dict[Any, Loop] = {}


def _loop(space: Space, key: int) -> Loop:
    if key not in _loops:
        loop = _loops[key] = Loop(space)
        PUMPED[loop.loop] = loop
    return _loops[key]


def perform_in(space: Space, key: int, task_key: int, operation: str, body: Any) -> Any:
    """Do what a task of the tests asks as its own task, and a callback as whoever called it."""
    loop = _loop(space, key)
    before = asyncio._get_running_loop()
    running = asyncio.current_task(loop.loop) if before is loop.loop else None
    if running is not None and not task_key:
        return space.peer.perform(operation, *body)
    task = loop.task(task_key)
    if running is not None:
        asyncio.tasks._leave_task(loop.loop, running)
    asyncio._set_running_loop(loop.loop)
    asyncio.tasks._enter_task(loop.loop, task.task)
    try:
        try:
            return task.context.run(space.peer.perform, operation, *body)
        except RuntimeError as error:
            if "context" not in str(error):
                raise
            return space.peer.perform(operation, *body)
    finally:
        asyncio.tasks._leave_task(loop.loop, task.task)
        asyncio._set_running_loop(before)
        if running is not None:
            asyncio.tasks._enter_task(loop.loop, running)
        if loop.runs:
            space.extras["pump"] = [key]


def start(space: Space, key: int, task_key: int, *request: Any) -> Any:
    """Have a task await something: ticket, operation, body. Its first step is done at once."""
    one = _loop(space, key)
    inbox = one.task(task_key).inbox
    one.at_once(lambda: inbox.put_nowait(request))
    return one.told()


def cancel(space: Space, key: int, ticket: int) -> None:
    """Cancel what a task awaits."""
    task = _loop(space, key).running.get(ticket)
    if task is not None:
        task.cancel()


def delivered(space: Space, key: int, task_key: int) -> None:
    """The task of the tests is cancelled for the code."""
    _loop(space, key).task(task_key).cancelled = False


def step(space: Space, key: int) -> Any:
    """Run the loop as far as it goes; see Loop.told."""
    one = _loop(space, key)
    loop = one.loop
    for _ in range(_STEPS):
        loop.call_soon(loop.stop)
        loop.run_forever()
        if one.done or one.wanted or not loop._ready:
            break
    return one.told()


def close(space: Space, key: int) -> None:
    """The loop of the tests is closed: cancel what is left, as asyncio.run does, and close."""
    if (one := _loops.pop(key, None)) is None:
        return
    loop = one.loop
    for own in one.tasks.values():
        own.ended = True
    for task in asyncio.all_tasks(loop):
        task.cancel()
    for _ in range(_STEPS):  # what awaits the tests even then is left
        loop.call_soon(loop.stop)
        loop.run_forever()
    del PUMPED[loop]
    loop.close()


def finish(space: Space, key: int, ticket: int, held: bool, value: Any) -> None:
    """What the tests awaited for the code has ended."""
    future = _loop(space, key).futures.pop(ticket, None)
    if future is not None and not future.done():
        resolve(future, held, value)


def resolve(future: asyncio.Future[Any], held: bool, value: Any) -> None:
    if held:
        future.set_result(value)
    elif isinstance(value, asyncio.CancelledError):
        future.cancel()
    elif isinstance(value, StopIteration):
        future.set_exception(RuntimeError("coroutine raised StopIteration"))
    else:
        future.set_exception(value)


def end_tasks(space: Space, items: list[Any]) -> None:
    """Tasks of the tests have ended, and theirs with them."""
    for key, number in items:
        if (loop := _loops.get(key)) is not None:
            loop.contexts.pop(number, None)
            if (task := loop.tasks.pop(number, None)) is not None:
                task.end()
