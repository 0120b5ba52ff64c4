"""Writes the bytecode of an environment's modules and makes its files read-only, several at once.

Run as ``python -I -S compile_modules.py FOLDER SHARE SHARES``: without `site` nothing of what is
compiled is run, not even the lines of .pth files. What is no Python is left as it is. uv's cache
has the same files; folders stay as they are, so that `rm -r` can remove them.
"""

# pathlib would double the start

from __future__ import annotations

import os
import py_compile
import stat
import sys


def finish(folder: str, share: int, shares: int) -> None:
    """See to every file whose number leaves `share` when divided by `shares`."""
    files = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]  # others write there
        files += [os.path.join(place, name) for name in names]  # noqa: PTH118
    for file in sorted(files)[share::shares]:
        compiled = py_compile.compile(file, quiet=2) if file.endswith(".py") else None
        for path in filter(None, (file, compiled)):
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode) and mode & 0o222:  # those in uv's cache are so already
                os.chmod(path, stat.S_IMODE(mode) & ~0o222)  # noqa: PTH101


if __name__ == "__main__":
    finish(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
