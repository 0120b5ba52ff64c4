"""What both processes set up: the objects that they know of each other, and how they talk."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from .connection import streams
from .connection.space import Space
from .connection.talk import Talk
from .mirror import mirrored

#: Descriptors of a suite's process: to the other side, for further connections, to the judge, and
#: to the fork server where it is held, see held.py.
CONNECTION, DOORBELL, REPORT, HELD = 200, 201, 202, 203
#: The fork server is told so that tests are held, and then the status of each run.
NUMBER_BYTES = 8


def keep_to(processor: int) -> None:
    """Run on one processor, or on any where it is -1.

    Two processes that wait for each other need no second one, and to wake it takes longer than to
    switch.
    """
    if hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):  # a processor that is not ours
            os.sched_setaffinity(0, range(1024) if processor < 0 else {processor})


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
    streams.share_files()
    space = Space(trusting=trusting, folder=folder + os.sep)
    mirrored.SPACES[:] = [space]

    def end(kind: str, why: str) -> None:
        lost(kind, why)
        os._exit(0)

    return Talk(space, CONNECTION, end, streams.Doorbell(DOORBELL))
