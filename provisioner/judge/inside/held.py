"""Tests that stay collected, for runs against other versions of main.py.

The process of a first run stays where the tests are collected. Each run is a fork of it, and has
the code of that run say again, byte for byte, what the tests were collected with; where one byte
differs the run is of no use, and the judge has it done in full.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import socket
from typing import TYPE_CHECKING, Any

from .connection.talk import CONNECTION, DOORBELL, HELD, NUMBER_BYTES, REPORT
from .connection.wire import Garbled, Gone
from .runners.test_run import say
from .server import keep_to

if TYPE_CHECKING:
    from .connection.talk import Talk

#: What the tests change by these is carried to the other side; these are not.
_change_folder, _duplicate, _restore_chance = os.chdir, os.dup2, random.setstate


class Held:
    """Holds a suite's process where its tests are collected.

    Args:
        talk: what was said is taken down from now on.
        job: see tests_side.Side.run.
    """

    def __init__(self, talk: Talk, job: dict[str, Any]) -> None:
        self._talk, self._job = talk, job
        talk.said = []
        self._before = self._outside()

    def hold(self) -> None:
        """Stay, and return once in each process that is forked for a run.

        It returns at once, in this process, where that has more than its memory: files, threads,
        processes, or connections that a fork would share.
        """
        said, self._talk.said = self._talk.said, None
        if said is None or self._outside() != self._before:
            return
        gc.freeze()  # a collection in a fork leaves the pages shared
        chance = random.getstate()
        given: list[int] = []
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=HELD) as server:
            server.sendall(bytes(NUMBER_BYTES))  # before a run can be done
            while child := os.fork():
                self._let_go(given)
                server.sendall(os.waitpid(child, 0)[1].to_bytes(NUMBER_BYTES, "little"))
                processor, given, _, _ = socket.recv_fds(server, NUMBER_BYTES, 8)
                if not given:
                    os._exit(0)
                keep_to(int(processor))
        os.setsid()
        _restore_chance(chance)
        if given:
            for descriptor, place in zip(given, (CONNECTION, DOORBELL, REPORT, 1), strict=True):
                _duplicate(descriptor, place, inheritable=place == 1)
                os.close(descriptor)
            _duplicate(1, 2)
            _change_folder(self._job["folder"])
            self._say_again(said)

    def _let_go(self, given: list[int]) -> None:
        """Close what is the run's own, which would not see the other side end."""
        for descriptor in given:
            os.close(descriptor)
        if not given:
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (1, 2, CONNECTION, DOORBELL, REPORT):
                _duplicate(null, descriptor, inheritable=False)
            os.close(null)

    def _say_again(self, said: list[tuple[bytes, bytes]]) -> None:
        same = False
        with contextlib.suppress(Garbled, Gone):
            same = all(self._talk.exchange(CONNECTION, one) == other for one, other in said)
        if not same:
            say("stale", "")
            os._exit(0)
        self._talk.begin()

    def _outside(self) -> Any:
        """What this process has beside its memory."""
        places = ("/proc/self/fd", "/proc/self/task", self._job["folder"], self._job["temporary"])
        listed = [sorted(os.listdir(one)) for one in (*places, *self._job["clears"])]
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return listed
        return object()  # it has started programs
