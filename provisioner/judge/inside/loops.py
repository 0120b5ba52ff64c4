"""The loops of the code: one for each loop of the tests, one task for each of its tasks."""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .objects import Space


_POLL_SECONDS = 0.0005


_STEPS = 50


class Loop:
    """A loop of the code that the tests' pump runs."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda loop, context: None)
        self.tasks: dict[int, TaskOf] = {}
        self.done: list[tuple[int, bool, Any]] = []
        self.wanted: list[tuple[int, Any]] = []
        self.futures: dict[int, asyncio.Future[Any]] = {}
        self.running: dict[int, TaskOf] = {}

    def task(self, key: int) -> TaskOf:
        found = self.tasks.get(key)
        if found is None:
            found = self.tasks[key] = TaskOf(self)
        return found


class TaskOf:
    """The code's task for one of the tests' tasks."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.context = contextvars.copy_context()
        self.inbox: list[tuple[int, str, Any]] = []
        self.wake: asyncio.Future[None] | None = None
        self.current = 0
        self.ended = False
        self.task = loop.loop.create_task(self._run(), context=self.context)

    async def _run(self) -> None:
        while not self.ended:
            while self.inbox:
                ticket, operation, body = self.inbox.pop(0)
                self.current = ticket
                self.loop.running[ticket] = self
                try:
                    value = await awaited_by(self.loop.space, operation, body)
                except asyncio.CancelledError as error:
                    while (task := asyncio.current_task()) and task.cancelling():
                        task.uncancel()
                    self.loop.done.append((ticket, False, error))
                except BaseException as error:  # it is the tests' to see
                    self.loop.done.append((ticket, False, error))
                else:
                    self.loop.done.append((ticket, True, value))
                    del value
                self.current = 0
                self.loop.running.pop(ticket, None)
            self.wake = wake = self.loop.loop.create_future()
            try:
                await wake
            except asyncio.CancelledError:
                if self._has_ended():
                    return
                while (task := asyncio.current_task()) and task.cancelling():
                    task.uncancel()

    def _has_ended(self) -> bool:
        return self.ended

    def put(self, ticket: int, operation: str, body: Any) -> None:
        self.inbox.append((ticket, operation, body))
        if self.wake is not None and not self.wake.done():
            self.wake.set_result(None)


async def awaited_by(space: Space, operation: str, body: Any) -> Any:
    if operation == "next":
        return await anext(space.ours(body[0]))
    if operation == "asend":
        return await space.ours(body[0]).asend(body[1])
    if operation == "athrow":
        return await space.ours(body[0]).athrow(body[1])
    if operation == "aclose":
        return await space.ours(body[0]).aclose()
    if operation == "object":
        return await body[0]
    return await space.ours(body[0])


_loops: dict[int, Loop] = {}


#: Loops that a pump of the tests runs, by their own loop.
PUMPED: dict[Any, Loop] = {}


def _loop(space: Space, key: int) -> Loop:
    found = _loops.get(key)
    if found is None:
        found = _loops[key] = Loop(space)
        PUMPED[found.loop] = found
    return found


def perform_in(space: Space, key: int, task_key: int, operation: str, body: Any) -> Any:
    """Do what a task of the tests asks, as that task's own task."""
    perform = space.peer.operations[operation]  # type: ignore[attr-defined]
    loop = _loop(space, key)
    task = loop.task(task_key)
    before = asyncio._get_running_loop()
    running = asyncio.current_task(loop.loop) if before is loop.loop else None
    if running is not None:
        asyncio.tasks._leave_task(loop.loop, running)
    asyncio._set_running_loop(loop.loop)
    asyncio.tasks._enter_task(loop.loop, task.task)
    try:
        try:
            return task.context.run(perform, space, *body)
        except RuntimeError as error:
            if "context" not in str(error):
                raise
            return perform(space, *body)
    finally:
        asyncio.tasks._leave_task(loop.loop, task.task)
        asyncio._set_running_loop(before)
        if running is not None:
            asyncio.tasks._enter_task(loop.loop, running)


def start(space: Space, key: int, task_key: int, ticket: int, operation: str, body: Any) -> None:
    """Have a task await something."""
    _loop(space, key).task(task_key).put(ticket, operation, body)


def cancel(space: Space, key: int, ticket: int) -> None:
    """Cancel what a task awaits."""
    task = _loop(space, key).running.get(ticket)
    if task is not None:
        task.task.cancel()


def step(space: Space, key: int) -> tuple[Any, Any, float]:
    """Run the loop as far as it goes; what is done, what the tests are to await, and a delay."""
    one = _loop(space, key)
    loop: Any = one.loop
    for _ in range(_STEPS):
        loop.call_soon(loop.stop)
        loop.run_forever()
        if one.done or one.wanted or not loop._ready:
            break
    done, one.done = one.done, []
    wanted, one.wanted = one.wanted, []
    delay = _POLL_SECONDS
    if done or wanted or loop._ready:
        delay = 0.0
    elif loop._scheduled:
        delay = max(min(loop._scheduled[0]._when - loop.time(), _POLL_SECONDS), 0.0)
    return tuple(done), tuple(wanted), delay


def finished(space: Space, key: int, ticket: int, held: bool, value: Any) -> None:
    """What the tests awaited for the code has ended."""
    future = _loop(space, key).futures.pop(ticket, None)
    if future is None or future.done():
        return
    if held:
        future.set_result(value)
    elif isinstance(value, asyncio.CancelledError):
        future.cancel()
    else:
        future.set_exception(value)


def tasks_ended(items: list[Any]) -> None:
    """Tasks of the tests have ended, and theirs with them."""
    for key, number in items:
        loop = _loops.get(key)
        task = loop.tasks.pop(number, None) if loop else None
        if task is not None:
            task.ended = True
            if not task.loop.loop.is_closed():
                task.task.cancel()


async def own(space: Space, wanted: Any) -> Any:
    """Await what the code wants of the tests'."""
    operation, body = wanted
    return await awaited_by(space, operation, body)


def run_own(space: Space, operation: str, body: Any) -> Any:
    """Run to its end what the code wants of the tests', where no loop of theirs runs."""
    return asyncio.run(awaited_by(space, operation, body))
