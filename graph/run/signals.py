"""SIGINT, SIGTERM and a closed terminal's SIGHUP: the first one ends a run at a safe point, a
second one at once."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from provisioner.sandbox.tree import end_descendants

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True, eq=False)
class Stop:
    """What a signal cancels.

    Attributes:
        work: is cancelled by the first signal; None while what goes on ends soon by itself.
        number: the signal that came, 0 before.
    """

    work: asyncio.Future[Any] | None
    number: int = 0

    @property
    def name(self) -> str:
        return signal.Signals(self.number).name

    def received(self, number: int) -> None:
        if number == signal.SIGHUP:
            _leave_terminal()
        if self.number:
            end_descendants(os.getpid())
            os._exit(128 + number)
        self.number = number
        if self.work:
            self.work.cancel()


def _leave_terminal() -> None:
    """Redirect output to /dev/null: the terminal is gone, and writing to it would fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(stream).st_mode):
                os.dup2(nowhere, stream)
    os.close(nowhere)


_outer: ContextVar[Stop | None] = ContextVar("_outer", default=None)


@contextmanager
def signals_cancel(work: asyncio.Future[Any] | None) -> Iterator[Stop]:
    """Within the block the first signal cancels the work, a second one ends the process and all
    that it started; an inner block's work takes the place of the outer one's."""
    if outer := _outer.get():
        before, outer.work = outer.work, work
        try:
            yield outer
        finally:
            outer.work = before
        return
    stop, loop = Stop(work), asyncio.get_running_loop()
    token = _outer.set(stop)
    # A process started with nohup is to outlive the terminal.
    handled = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    for number in handled:
        loop.add_signal_handler(number, stop.received, number)
    try:
        yield stop
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
        _outer.reset(token)
