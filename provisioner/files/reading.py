"""Reads files that need not be there."""

from __future__ import annotations

import errno
from pathlib import Path

from provisioner.errors import WorkspaceInvalid


def read_file(path: Path, most: int | None = None) -> bytes | None:
    """A file's content, None where there is none.

    Raises WorkspaceInvalid for anything else than a readable file of at most `most` bytes.
    """
    try:
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "it is no file")
        if most is not None and path.stat().st_size > most:
            raise OSError(errno.EFBIG, f"it is larger than {most:,} bytes")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise WorkspaceInvalid(
            f"{path} cannot be read: {error.strerror}",
            next_step="move it away or make it a readable file",
        ) from error
