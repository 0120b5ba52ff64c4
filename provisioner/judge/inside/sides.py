"""What both processes set up: the objects that they know of each other, and how they talk."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from . import mirrored, streams
from .space import Space
from .talk import Talk


def connect(
    job: dict[str, Any], descriptors: list[int], lost: Callable[[str, str], Any], *, trusting: bool
) -> tuple[Space, Talk]:
    """The Space of this process, and how it talks.

    Args:
        job: "folder", the feature's; "paths", folders of packages.
        descriptors: the connection, the line on which further connections arrive.
        lost: is told why the other side is lost.
    """
    folder = job["folder"]
    sys.path[:] = [path for path in sys.path if path not in ("", folder)]
    sys.path += [path for path in job["paths"] if path not in sys.path]
    streams.share_files()
    space = Space(trusting=trusting, folder=folder + os.sep)
    mirrored.SPACES[:] = [space]
    doorbell = streams.Doorbell(descriptors[1])

    def end(kind: str, why: str) -> None:
        lost(kind, why)
        os._exit(0)

    talk = Talk(space, descriptors[0], end, doorbell)
    doorbell.answer(talk.adopt)
    return space, talk
