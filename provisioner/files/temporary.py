"""Temporary folders that tell whose they are, so that those of dead processes can be removed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from provisioner.process import this_process
from provisioner.process.environment import temporary_folders
from provisioner.process.identity import start_time

_NAME = re.compile(r"ai-deploy\.(\d+)\.([^.]*)\.[\w-]+\..+")
_STAGED = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")


def private_prefix(kind: str) -> str:
    """The prefix of a temporary folder of this process: ``ai-deploy.<pid>.<start>.<kind>.``."""
    ourselves = this_process()
    return f"ai-deploy.{ourselves.pid}.{_token(ourselves.start_time)}.{kind}."


def private_folder(kind: str) -> tempfile.TemporaryDirectory[str]:
    """A temporary folder of this process: ``with private_folder("replay") as path``."""
    return tempfile.TemporaryDirectory(prefix=private_prefix(kind), dir=system_folder())


def system_folder() -> str:
    """The folder for temporary files.

    Python finds it by writing a file of a random name, which a kill would leave there for ever.
    """
    if tempfile.tempdir is None:
        usable = (one for one in temporary_folders() if os.access(one, os.W_OK | os.X_OK))
        tempfile.tempdir = next((str(one.absolute()) for one in usable if one.is_dir()), None)
    return tempfile.gettempdir()


def remove_abandoned(folder: Path | None = None) -> int:
    """Remove the temporary folders of processes that have died; gives how many there were.

    Args:
        folder: where to look; None is the system's folder for temporary files.
    """
    removed = 0
    for path in _entries(folder or Path(system_folder())):
        if is_abandoned(path.name) and _is_ours(path):
            shutil.rmtree(path, ignore_errors=True)
            removed += 1
    return removed


def is_abandoned(name: str) -> bool:
    """Whether a name is that of a private folder whose process has died."""
    match = _NAME.fullmatch(name)
    return match is not None and not _runs(int(match[1]), match[2])


def remove_staged(folder: Path) -> int:
    """Remove files that a killed `atomic_write` left in a folder and in those below it.

    To be called while nobody else writes there.
    """
    staged = [path for path in folder.rglob(".*.tmp") if _STAGED.fullmatch(path.name)]
    for path in staged:
        path.unlink(missing_ok=True)
    return len(staged)


def _entries(folder: Path) -> Iterator[Path]:
    try:
        yield from folder.iterdir()
    except OSError:  # nothing to look at, nothing to remove
        return


def _is_ours(path: Path) -> bool:
    try:
        return path.lstat().st_uid == os.getuid()
    except FileNotFoundError:  # another command that starts just now was quicker
        return False


def _runs(pid: int, token: str) -> bool:
    began = start_time(pid)
    return bool(began) and _token(began) == token


def _token(start: str) -> str:
    """A start time as part of a file's name; the boot's id is left out, paths have limits."""
    return re.sub(r"\W", "-", start.partition("@")[0])
