"""Reading a file that confined code has written."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_output_file(path: Path, limit: int) -> bytes:
    """Read at most `limit` bytes; raises OSError for a link, a pipe, a device or no file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path.name} is no file")
        return file.read(limit)
