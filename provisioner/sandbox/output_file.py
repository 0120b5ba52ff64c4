"""What confined code has written, read by us."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_left(path: Path, limit: int) -> bytes:
    """The first bytes of a file that confined code was to write.

    Only of a file: behind a link, a pipe or a device may be anything.

    Args:
        path: where it was to be.
        limit: how many bytes at most.

    Raises:
        OSError: it is not there, or no file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path.name} is no file")
        return file.read(limit)
