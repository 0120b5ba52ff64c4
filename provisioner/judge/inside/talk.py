"""Requests to the other side, and its requests to us while it works on ours.

Each thread has a connection of its own. A request may be answered by requests; they nest.
"""

from __future__ import annotations

import _thread
import os
from collections.abc import Callable
from typing import Any

from . import exceptions, waiting
from .code_operations import OPERATIONS_FOR_TESTS
from .objects import Space, Unsupported
from .tests_operations import OPERATIONS_FOR_CODE
from .wire import Garbled, Gone, receive, send

#: Requests that no task of the tests makes for itself.
_OF_LOOPS = frozenset(("await", "cancel", "pump", "finished", "environment", "line up"))


#: What iteration and look-ups end with; without them a test might not end.
_OF_PYTHON = (StopIteration, StopAsyncIteration, AttributeError)


class Talk:
    """How one side asks the other and answers it; the Space's peer.

    Args:
        space: the objects of this side.
        descriptor: the connection of the thread that this is made in.
        lost: what to do when the other side is gone or says what cannot be.
        connect: opens a connection for another thread and gives its descriptor.
    """

    def __init__(
        self,
        space: Space,
        descriptor: int,
        lost: Callable[[str, str], Any],
        connect: Callable[[], int],
    ) -> None:
        self.space, self.lost, self._connect = space, lost, connect
        self._local = _thread._local()
        self._local.descriptor = descriptor
        self.operations: dict[str, Callable[..., Any]] = {
            **(OPERATIONS_FOR_TESTS if space.trusting else OPERATIONS_FOR_CODE)
        }
        self.inside: Callable[[Space], Any] | None = None if space.trusting else waiting.in_task
        self.perturbation: Any = None
        self.hand_over: Callable[[int], None]
        space.peer = self

    def request(self, operation: str, *body: Any) -> Any:
        """Ask, and serve until the answer is here; raises what the other side raised."""
        if self.inside is not None and operation not in _OF_LOOPS:
            place = self.inside(self.space)
            if place is not None:
                operation, body = "in task", (*place, operation, body)
        perturbed = self.perturbation
        if perturbed is not None and perturbed.leaves_out(operation, body):
            return None
        asked = body if perturbed is not None else ()
        asking = operation
        try:
            descriptor = self._local.descriptor
        except AttributeError:
            descriptor = self._local.descriptor = self._connect()
        data = self.space.encode(operation, body)
        del body
        try:
            send(descriptor, data)
            while True:
                operation, answer = self.space.decode(receive(descriptor))
                if self.space.raised is not None:
                    raised, self.space.raised = self.space.raised, None
                    raise raised
                if operation == "=":
                    if perturbed is not None:
                        return perturbed.answer(asking, asked, answer[0])
                    return answer[0]
                if operation == "!":
                    if perturbed is not None and isinstance(answer[0], Exception):
                        perturbed.count += 1
                        if not isinstance(answer[0], _OF_PYTHON):
                            return None  # as if nothing had been raised
                    raise self._checked(answer[0])
                self._answer(descriptor, operation, answer)
        except Gone as error:
            self.lost("gone", str(error))
            raise
        except Garbled as error:
            self.lost("garbled", str(error))
            raise

    def _checked(self, error: Any) -> BaseException:
        """What the other side raised; what steers a runner is the tests' own to raise."""
        if not isinstance(error, BaseException):
            raise Garbled("no exception")
        if not self.space.trusting and exceptions.steers_runner(error):
            return RuntimeError(f"the code under test raised {type(error).__name__}")
        return error

    def serve(self, descriptor: int) -> None:
        """Answer requests on a connection until the other side hangs up."""
        self._local.descriptor = descriptor
        while True:
            try:
                operation, body = self.space.decode(receive(descriptor))
            except Gone:
                return
            except Garbled as error:
                self.lost("garbled", str(error))
                raise
            self._answer(descriptor, operation, body)
            del body

    def _answer(self, descriptor: int, operation: str, body: tuple[Any, ...]) -> None:
        send(descriptor, self.answer_to(operation, body))

    def answer_to(self, operation: str, body: tuple[Any, ...]) -> bytes:
        """Do what is asked; the answer as a message."""
        perform = self.operations.get(operation)
        if perform is None:
            raise Garbled(f"an unknown request {operation[:20]!r}")
        try:
            return self.space.encode("=", (perform(self.space, *body),))
        except Garbled:
            raise
        except BaseException as error:  # whatever it is, the other side raised it
            failure = error
        try:
            return self.space.encode("!", (failure,))
        except Exception as error:
            text = f"{type(failure).__name__}: {failure}; and it cannot be sent: {error!r}"
            return self.space.encode("!", (Unsupported(text[:2000]),))

    def adopt(self, descriptor: int) -> None:
        """Serve a connection that the other side opened, in a thread of its own."""
        _thread.start_new_thread(self._serve_and_close, (descriptor,))

    def _serve_and_close(self, descriptor: int) -> None:
        try:
            self.serve(descriptor)
        finally:
            os.close(descriptor)
