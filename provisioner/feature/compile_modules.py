"""Writes bytecode of the modules below a folder, as one of several processes that share them.

Run as ``python -I -S compile_modules.py FOLDER SHARE SHARES``: without `site` nothing of what is
compiled is run, not even the lines of .pth files. What is no Python is left as it is.
"""

from __future__ import annotations

import os
import py_compile
import sys


def compile_modules(folder: str, share: int, shares: int) -> None:
    """Compile every module whose number leaves `share` when divided by `shares`."""
    modules = sorted(
        os.path.join(place, name)  # noqa: PTH118  # pathlib would double the start
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith(".py")
    )
    for module in modules[share::shares]:
        py_compile.compile(module, quiet=2)


if __name__ == "__main__":
    compile_modules(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
