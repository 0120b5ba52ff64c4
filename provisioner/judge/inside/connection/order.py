"""The order of messages: each process reads them as the other one wrote them.

There is a connection for each thread, and what one message says of objects holds for all of them:
of a container that has changed, say. So messages are numbered, and one thread at a time writes or
reads one. It lets go of that while it asks the other side for more.
"""

from __future__ import annotations

import _thread
import time
from collections.abc import Callable
from typing import Any

from .wire import HEADER

_pause = time.sleep  # tests may replace it


class Order:
    """Numbers messages, and has those of the other side read by their numbers.

    Attributes:
        lock: is held while a message is written or read.
    """

    def __init__(self) -> None:
        self.lock: Any = _thread.RLock()
        self._written = self._read = 0
        self._early: dict[int, Any] = {}

    def framed(self, data: bytes, more: bool) -> bytes:
        """A message that is written now, with its number, and whether it tells more."""
        number = self._written
        self._written = number + 1
        return HEADER.pack(HEADER.size + len(data), number, more) + data

    def begin(self, data: bytes) -> bool:
        """Take the lock once all earlier messages are read; whether this one tells more.

        Raises ValueError, without the lock, where one of that number was read.
        """
        _, number, more = HEADER.unpack_from(data)
        self.lock.acquire()
        if number != self._read:
            self._wait(number)
        self._read = number + 1
        if self._early and self._read in self._early:
            self._early[self._read].release()
        return more  # type: ignore[no-any-return]

    def _wait(self, number: int) -> None:
        while number > self._read and number not in self._early:
            turn = self._early[number] = _thread.allocate_lock()
            turn.acquire()
            self.outside(turn.acquire)
            del self._early[number]
        if number != self._read:
            self.lock.release()
            raise ValueError("a message of that number was read")

    def outside(self, perform: Callable[..., Any], *given: Any) -> Any:
        """Do what may wait for other messages, without the lock that this thread holds."""
        held = self.lock._release_save()
        try:
            return perform(*given)
        finally:
            self.lock._acquire_restore(held)

    def on_its_way(self, find: Callable[[], Any]) -> Any:
        """What a message brings that another thread has begun to read; raises LookupError."""
        for _ in range(4000):
            if (found := find()) is not None:
                return found
            self.outside(_pause, 0.0005)
        raise LookupError("nothing was said of it")
