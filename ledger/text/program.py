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
    started, python = Path(sys.argv[0]), Path(sys.executable)
    if started.name == f"{NAME}.py":
        return f"{_spelled(python.name, python)} {_relative(started)}"
    installed = started if started.name == NAME else python.with_name(NAME)
    if not installed.is_file():
        return f"{_spelled(python.name, python)} -m console.cli"
    return _spelled(NAME, installed)


def _spelled(name: str, file: Path) -> str:
    found = shutil.which(name)
    # A virtual environment's interpreter is not what it links to.
    same = found and os.path.realpath(Path(found).parent) == os.path.realpath(file.parent)
    return name if same else _relative(file)


def _relative(file: Path) -> str:
    file, here = file.absolute(), Path.cwd()
    if not file.is_relative_to(here):
        return shlex.quote(str(file))
    relative = file.relative_to(here)
    return shlex.quote(str(relative) if relative.parent.name else f"./{relative}")
