"""Requests to the other side, and its requests to us while it works on ours.

Each thread has a connection of its own. A request may be answered by requests; they nest.
"""

from __future__ import annotations

import _thread
import os
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..mirror import exceptions
from ..mirror.mirrored import SPACES
from ..mirror.operations import CHECKS, OPERATIONS, check_owner, public_names, read_state
from .space import Space, Unsupported
from .streams import Doorbell, share_files
from .values import words
from .wire import Garbled, Gone, receive, send

#: Descriptors of a suite's process: to the other side, for further connections, to the judge, and
#: to the fork server where it is held, see held.py.
CONNECTION, DOORBELL, REPORT, HELD = 200, 201, 202, 203
#: The fork server is told so that tests are held, and then the status of each run.
NUMBER_BYTES = 8
#: Requests that no task of the tests makes for itself.
_OF_NO_TASK = words("await cancel delivered pump close finished environment thread look")
_modules = sys.modules  # where asyncio is not loaded, no loop runs


def _name_thread(space: Space, name: str) -> None:
    """The thread that answers is called like the one that asks, which what it calls may look at."""
    threading.current_thread().name = str(name)[:100]


class _Closed:
    """Closes a connection when the thread ends that has opened it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        close(self._descriptor)


class Talk:
    """How one side asks the other and answers it; the Space's peer.

    Args:
        space: the objects of this side.
        descriptor: the connection of the thread that this is made in.
        lost: what to do when the other side is gone or says what cannot be.
        doorbell: opens a connection for another thread.

    Attributes:
        services: what else is done for the other side, by operation; gets the Space.
        perturbation: how answers of the code are changed, see perturb.py; None where they are not.
        may_stop, may_cancel: whether the other side may raise StopIteration, which ends loops of
            the tests, and CancelledError, which ends their tasks; where they speak of it.
        let_out, take_back: are told what is raised here into the other side, and what it raises.
        ended: is told what ended a task.
        said: what was sent and received, for held.py; None where nobody wants to know, or where
            more was said than on one connection.
    """

    def __init__(
        self,
        space: Space,
        descriptor: int,
        lost: Callable[[str, str], Any],
        doorbell: Doorbell,
    ) -> None:
        self.space, self.lost, self.doorbell = space, lost, doorbell
        self._local = _thread._local()
        self._local.descriptor = descriptor
        self.services: dict[str, Callable[..., Any]] = {"thread": _name_thread}
        self.perturbation: Any = None
        self.let_out: Callable[[BaseException], None] = lambda error: None
        self.take_back: Callable[[BaseException], None] = lambda error: None
        self.ended: Callable[..., None] = lambda error, cancelled: None
        self.may_stop = self.may_cancel = True
        self.said: list[tuple[bytes, bytes]] | None = None
        space.peer = self

    def begin(self) -> None:
        """Take connections of the other side, from now on."""
        self.doorbell.answer(self.adopt)

    def request(self, operation: str, *body: Any) -> Any:
        """Ask, and serve until the answer is here; raises what the other side raised."""
        if self.space.order.lock._is_owned():  # asked for what a message needs that is not done
            return self.space.order.outside(self.request, operation, *body)
        perturbed = self.perturbation
        if perturbed is not None:
            body = perturbed.restored(operation, body)
        asked, iterates = (operation, body), body[1:2] == ("__next__",)
        enters = body[1:2] == ("__enter__",)
        if not self.space.trusting and operation not in _OF_NO_TASK:
            running = getattr(_modules.get("asyncio"), "_get_running_loop", None)
            if running is not None and running() is not None:
                from . import waiting

                pump = waiting.pump_of(self.space, running())
                operation, body = "in task", (pump.key, pump.task_key(), operation, body)
        if perturbed is not None and perturbed.leaves_out(operation):
            return None
        try:
            descriptor = self._local.descriptor
        except AttributeError:
            descriptor = self._local.descriptor = self.doorbell.open()
            self._local.closed = _Closed(descriptor)
            self.said = None
            self.request("thread", threading.current_thread().name)
        data = self.space.encode(operation, body)
        del body
        try:
            while True:
                kind, answer = self.space.decode(self.exchange(descriptor, data), enters)
                if self.space.raised is not None:
                    raised, self.space.raised = self.space.raised, None
                    raise raised
                if kind == "=":
                    if perturbed is not None:
                        return perturbed.answer(*asked, answer[0])
                    return answer[0]
                if kind == "!":
                    if perturbed is not None and perturbed.swallows(answer[0], *asked):
                        return perturbed.changed(None) if operation == "get" else None
                    raise self.checked(answer[0], iterates)
                data = self.answer_to(kind, answer)
        except Gone as error:
            self.lost("gone", str(error))
            raise
        except Garbled as error:
            self.lost("garbled", str(error))
            raise

    def exchange(self, descriptor: int, data: bytes) -> bytes:
        """Send a message and receive the next one; raises Gone or Garbled."""
        send(descriptor, data)
        received = receive(descriptor)
        if self.said is not None:
            self.said.append((data, received))
        return received

    def checked(self, error: Any, iterates: bool = False) -> BaseException:
        """What the other side raised; what steers a runner is the tests' own to raise."""
        if not isinstance(error, BaseException):
            raise Garbled("no exception")
        self.take_back(error)
        steers = exceptions.is_runner(type(error))
        if not iterates and not self.may_stop:
            steers = steers or isinstance(error, StopIteration)
        if not self.space.trusting and steers:
            return RuntimeError(f"the code under test raised {type(error).__name__}")
        return error

    def serve(self, descriptor: int) -> None:
        """Answer requests on a connection until the other side hangs up, and close it."""
        self._local.descriptor = descriptor
        try:
            while True:
                send(descriptor, self.answer_to(*self.space.decode(receive(descriptor))))
        except Gone:
            return
        except Garbled as error:
            self.lost("garbled", str(error))
            raise
        finally:
            os.close(descriptor)

    def answer_to(self, operation: str, body: tuple[Any, ...]) -> bytes:
        """Do what is asked; the answer as a message."""
        try:
            return self.space.encode("=", (self.perform(operation, *body),))
        except Garbled:
            raise
        except BaseException as error:  # whatever it is, the other side raised it
            failure = error
            self.let_out(error)
        try:
            return self.space.encode("!", (failure,))
        except Exception as error:  # its attributes raise anything as they are read
            text = f"{type(failure).__name__}: {failure}; and it cannot be sent: {error!r}"
            return self.space.encode("!", (Unsupported(text[:2000]),))

    def perform(self, operation: str, *body: Any) -> Any:
        """Do what is asked; raises Garbled for what is no operation."""
        space = self.space
        service = self.services.get(operation)
        if service is not None:
            return service(space, *body)
        if operation not in (OPERATIONS if space.trusting else CHECKS) or not body:
            raise Garbled(f"an unknown request {operation[:20]!r}")
        if space.trusting:
            return OPERATIONS[operation](space.ours(body[0]), *body[1:])
        check_owner(operation, body[0])
        owner, rest = space.ours(body[0]), list(body[1:])
        CHECKS[operation](owner, *rest)
        if operation == "dir":
            return public_names(owner)
        if operation == "get" and rest[0] == "__dict__":
            return read_state(owner)
        if self.perturbation is not None:
            rest = self.perturbation.done_to_tests(operation, rest)
        return OPERATIONS[operation](owner, *rest)

    def adopt(self, descriptor: int) -> None:
        """Serve a connection that the other side opened, in a thread of its own."""
        self.said = None
        _thread.start_new_thread(self.serve, (descriptor,))


def later(module: str, name: str) -> Callable[..., Any]:
    """A function of a module of ours that is imported once it is called: asyncio takes long."""
    return lambda *given: getattr(import_module(f"{__package__}.{module}"), name)(*given)


def connect(job: dict[str, Any], lost: Callable[[str, str], Any], *, trusting: bool) -> Talk:
    """How a process will talk to the other side, set up before it is forked for a suite.

    Args:
        job: "folder", the feature's; "paths", folders of packages.
        lost: is told why the other side is lost.
    """
    folder = job["folder"]
    sys.path[:] = [path for path in sys.path if path not in ("", folder)]
    sys.path += [path for path in job["paths"] if path not in sys.path]
    share_files()
    space = Space(trusting=trusting, folder=folder + os.sep)
    SPACES[:] = [space]

    def end(kind: str, why: str) -> None:
        lost(kind, why)
        os._exit(0)

    return Talk(space, CONNECTION, end, Doorbell(DOORBELL))
