"""How this tool is called, so that a command it prints can be pasted where the person stands."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

NAME = "ai-assisted-deploy"


def program() -> str:
    """The words that start this tool from the current folder, quoted for a shell.

    The bare name where the PATH leads to the same file; else that file, relative where it lies
    below the current folder. A script of a clone is started by the interpreter that runs it.
    """
    started = Path(sys.argv[0])
    if started.name == f"{NAME}.py":
        return f"{_spelled(_python(), Path(sys.executable))} {_relative(started)}"
    installed = started if started.name == NAME else Path(sys.executable).with_name(NAME)
    if not installed.is_file():
        return f"{_spelled(_python(), Path(sys.executable))} -m console.cli"
    return _spelled(NAME, installed)


def _python() -> str:
    return Path(sys.executable).name


def _spelled(name: str, file: Path) -> str:
    found = shutil.which(name)
    return name if found and _same(Path(found), file) else _relative(file)


def _same(found: Path, file: Path) -> bool:
    """Whether both are one file; a virtual environment's interpreter is not what it links to."""
    return os.path.realpath(found.parent) == os.path.realpath(file.parent)


def _relative(file: Path) -> str:
    file, here = file.absolute(), Path.cwd()
    if not file.is_relative_to(here):
        return shlex.quote(str(file))
    relative = file.relative_to(here)
    return shlex.quote(str(relative) if relative.parent.name else f"./{relative}")
