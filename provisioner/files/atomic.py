"""Atomic writing: a reader sees the old content or the new, never a part of it."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from provisioner.errors import WorkspaceInvalid

_NEXT_STEPS = {
    errno.ENOSPC: "free some space and run the same command again",
    errno.EDQUOT: "free some of the quota and run the same command again",
    errno.EROFS: "the file system is mounted read-only: mount it writable or use another workspace",
    errno.EACCES: "give this user the right to write there, or use another workspace",
    errno.EPERM: "give this user the right to write there, or use another workspace",
    errno.EEXIST: "a file stands where a folder is needed: move it away",
    errno.ENOTDIR: "a file stands where a folder is needed: move it away",
    errno.EISDIR: "a folder stands where a file is needed: move it away",
}


def atomic_write(path: Path, data: bytes) -> None:
    """Write one file whole: temporary file beside it, fsync, rename, fsync of the folder.

    Missing parent folders are made. An existing file keeps its mode; a symbolic link is replaced,
    never followed.

    Raises:
        WorkspaceInvalid: the file system refuses; the old file is untouched and nothing is left.
    """
    atomic_write_all({path: data})


def atomic_write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files: none of them is replaced before all of them are safely staged.

    Raises:
        WorkspaceInvalid: the file system refuses. While staging, everything is taken back, folders
            included; where broken hardware fails a rename, the files before it are the new ones.
    """
    staged: dict[Path, Path] = {}
    changed: set[Path] = set()
    with ExitStack() as undo:
        for target, data in files.items():
            with write_errors(target):
                changed |= {target.parent, *_make_folders(target.parent, undo)}
                staged[target] = _stage(target, data, undo)
        for target, temporary in staged.items():
            with write_errors(target):
                temporary.replace(target)
        for folder in changed:
            with write_errors(folder):
                _sync_folder(folder)
        undo.pop_all()


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Convert an error of writing a path to WorkspaceInvalid, which says what to do."""
    try:
        yield
    except OSError as error:
        raise WorkspaceInvalid(
            f"{path} cannot be written: {error.strerror or error} ({error.filename or path})",
            evidence=(str(error),),
            next_step=_NEXT_STEPS.get(error.errno or 0, "mend the file system, then run again"),
        ) from error


def within(root: Path, path: Path) -> Path:
    """Resolve the links of ``path``, which must lie inside ``root``.

    Raises:
        WorkspaceInvalid: a link leads out of ``root``, or runs in a circle.
    """
    try:
        real, real_root = path.resolve(), root.resolve()
        if any(map(os.path.islink, (real, *real.parents))):
            raise RuntimeError(f"{real} leads back to itself")  # as Python says itself until 3.12
    except (OSError, RuntimeError) as error:
        raise WorkspaceInvalid(
            f"{path} cannot be resolved: {error}", next_step="remove the broken link"
        ) from error
    if not real.is_relative_to(real_root):
        raise WorkspaceInvalid(
            f"{path} leads out of the workspace, to {real}",
            next_step="replace the link by a real folder or file",
        )
    return real


def _make_folders(folder: Path, undo: ExitStack) -> list[Path]:
    """Make the missing folders; returns the parents of those that were made."""
    missing = [path for path in (folder, *folder.parents) if not path.is_dir()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        undo.callback(_quietly, path.rmdir)
    return [path.parent for path in missing]


def _stage(target: Path, data: bytes, undo: ExitStack) -> Path:
    if target.is_dir() and not target.is_symlink():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(target))
    temporary = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.tmp")
    with temporary.open("xb") as file:
        undo.callback(_quietly, temporary.unlink)
        file.write(data)
        if target.is_file() and not target.is_symlink():
            os.fchmod(file.fileno(), target.stat().st_mode & 0o7777)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _quietly(take_back: Callable[[], None]) -> None:
    """Take back what was staged; errors are ignored, since the first one is raised."""
    with suppress(OSError):
        take_back()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
