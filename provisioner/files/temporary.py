"""Temporary folders named for their process, so that those of dead processes can be removed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from uuid import uuid4

from ledger.process import find_process, this_process
from provisioner.process.environment import temporary_folders

_NAME = re.compile(r"ai-deploy\.(\d+)\.(\d+)\.[\w-]+\..+")
_TICKS = 2  # hundredths of a second, in which the start is named; two readings may so differ
_STAGED = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")


def private_prefix(kind: str) -> str:
    """The prefix of a temporary folder of this process: ``ai-deploy.<pid>.<start>.<kind>.``."""
    process = this_process()
    return f"ai-deploy.{process.pid}.{round(process.started * 100)}.{kind}."


class PrivateFolder(tempfile.TemporaryDirectory[str]):
    """A temporary folder that is removed however deep what was made in it is."""

    def cleanup(self) -> None:
        try:
            super().cleanup()
        except RecursionError:
            _flatten(self.name)
            super().cleanup()


def private_folder(kind: str) -> PrivateFolder:
    """A temporary folder of this process: ``with private_folder("replay") as path``."""
    return PrivateFolder(prefix=private_prefix(kind), dir=system_folder())


def remove_tree(folder: str | Path) -> None:
    """Remove a folder of any depth, as far as this user may."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:  # it goes one call deeper with each level
        _flatten(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _flatten(folder: str | Path) -> None:
    """Move every folder below to the top, level by level, so that none is deep."""
    level = _folders(folder)
    while level:
        inner = [one for path in level for one in _folders(path)]
        level = [str(Path(folder, f".{uuid4().hex}")) for _ in inner]
        for before, after in zip(inner, level, strict=True):
            Path(before).rename(after)


def _folders(folder: str | Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [one.path for one in entries if one.is_dir(follow_symlinks=False)]


def system_folder() -> str:
    """The folder for temporary files.

    Python finds it by writing a file of a random name, which a kill would leave there for ever.
    """
    if tempfile.tempdir is None:
        usable = (one for one in temporary_folders() if os.access(one, os.W_OK | os.X_OK))
        tempfile.tempdir = next((str(one.absolute()) for one in usable if one.is_dir()), None)
    return tempfile.gettempdir()


def remove_abandoned(folder: Path | None = None, *, dry_run: bool = False) -> int:
    """Remove the temporary folders of dead processes, by default in the system's folder.

    Returns how many there were; with `dry_run` they are counted alone.
    """
    removed = 0
    for path in (folder or Path(system_folder())).glob("ai-deploy.*"):
        try:
            ours = is_abandoned(path.name) and path.lstat().st_uid == os.getuid()
        except FileNotFoundError:  # another command that starts just now was quicker
            continue
        if ours:
            if not dry_run:
                remove_tree(path)
            removed += 1
    return removed


def is_abandoned(name: str) -> bool:
    """Whether a name is that of a private folder whose process has died."""
    match = _NAME.fullmatch(name)
    if match is None:
        return False
    process = find_process(int(match[1]))
    return process is None or abs(round(process.started * 100) - int(match[2])) > _TICKS


def remove_staged(folder: Path) -> int:
    """Remove files that a killed `atomic_write` left in a folder and below it; returns how many.

    To be called while nobody else writes there.
    """
    staged = [path for path in folder.rglob(".*.tmp") if _STAGED.fullmatch(path.name)]
    for path in staged:
        path.unlink(missing_ok=True)
    return len(staged)
