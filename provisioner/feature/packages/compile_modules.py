"""Writes the bytecode of an environment's modules and makes its files read-only, several at once.

Run as ``python -I -S compile_modules.py FOLDER SHARE SHARES``: without `site` nothing of what is
compiled is run, not even the lines of .pth files. What is no Python is left as it is. uv's cache
has the same files; folders stay as they are, so that `rm -r` can remove them.
"""

# pathlib would double the start, and py_compile asks for each file's state three times more

from __future__ import annotations

import contextlib
import os
import stat
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source
from marshal import dumps

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def finish(folder: str, share: int, shares: int) -> None:
    """See to every file whose number leaves `share` when divided by `shares`."""
    files = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]  # others write there
        files += [os.path.join(place, name) for name in names]  # noqa: PTH118
    made: set[str] = set()
    for file in sorted(files)[share::shares]:
        state = os.lstat(file)
        if not stat.S_ISREG(state.st_mode):
            continue
        if state.st_mode & 0o222:  # those in uv's cache are so already
            os.chmod(file, stat.S_IMODE(state.st_mode) & ~0o222)  # noqa: PTH101
        if file.endswith(".py"):
            _compile(file, state, made)


def _compile(file: str, state: os.stat_result, made: set[str]) -> None:
    """Write a module's bytecode, in the form of PEP 552; nothing for what is no Python."""
    compiled = cache_from_source(file)
    cache = os.path.dirname(compiled)  # noqa: PTH120
    if cache not in made:
        os.makedirs(cache, exist_ok=True)  # noqa: PTH103
        made.add(cache)
    with open(file, "rb") as source:  # noqa: PTH123
        text = source.read()
    try:
        code = compile(text, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return
    parts = (0, int(state.st_mtime), state.st_size)
    head = b"".join((part & 0xFFFFFFFF).to_bytes(4, "little") for part in parts)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(compiled, _CREATE, 0o444)
        with os.fdopen(descriptor, "wb") as target:
            target.write(MAGIC_NUMBER + head + dumps(code))


if __name__ == "__main__":
    finish(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
