"""The user's index: updated in a commit's paths, unchanged in all others.

git changes a copy, which then replaces the index under git's own lock. The lock is made as a hard
link to the finished copy, so that it is there whole or not at all, and one that a killed process
of ours left is recognized. No other process's lock is ever removed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from provisioner.errors import CommandFailed
from provisioner.files.temporary import is_abandoned, private_prefix
from provisioner.git.plumbing import Git
from provisioner.git.tree import Entry

_POLL_SECONDS = 0.1


async def staged(git: Git, folder: str) -> dict[str, Entry]:
    """List the index below a folder, by path in the repository."""
    entries = {}
    for line in await git.records("ls-files", "--stage", "-z", "--", folder):
        about, _, path = line.partition("\t")
        mode, sha, _stage = about.split()
        entries[path] = Entry(mode, "commit" if mode == "160000" else "blob", sha)
    return entries


async def update_index(
    git: Git, folder: str, before: Mapping[str, Entry], after: Mapping[str, Entry], *, every: bool
) -> str:
    """Make the index agree with a commit in the paths that the commit changed.

    With `every` all of them, as `git commit -- PATH` does it; else only those that are still as
    they were before the commit: whatever else is there was staged by the user since.

    Returns:
        A warning where the index could not be changed, e.g. since another process holds it for
        longer than `lock_seconds`; else "".
    """
    gone = Entry("0", "", "0" * len(git.blob_sha(b"")))
    pairs = {path: (before.get(path), after.get(path)) for path in sorted({*before, *after})}
    index = git.git_dir / "index"
    deadline = time.monotonic() + git.lock_seconds
    try:
        while True:
            _remove_leftovers(index)
            old_index = _read(index)
            held = await staged(git, folder)
            lines = [
                f"{(new or gone).mode} {(new or gone).sha} 0\t{path}\0"
                for path, (old, new) in pairs.items()
                if new not in (old, held.get(path)) and (every or held.get(path) == old)
            ]
            if not lines or await _replaced(git, index, old_index, "".join(lines)):
                return ""
            if time.monotonic() >= deadline:
                why = f", for another git process holds it: `git reset -q -- {folder}`"
                break
            await asyncio.sleep(_POLL_SECONDS)
    except (CommandFailed, OSError) as error:
        why = f": {error.output_tail if isinstance(error, CommandFailed) else error}"
    return f"the commit is made; the index stays as it was{why}"


def _read(index: Path) -> tuple[bytes, int] | None:
    """The index and its time of modification in nanoseconds."""
    try:
        with index.open("rb") as file:
            return file.read(), os.fstat(file.fileno()).st_mtime_ns
    except FileNotFoundError:
        return None


async def _replaced(git: Git, index: Path, old_index: tuple[bytes, int] | None, lines: str) -> bool:
    """Replace the index unless it is locked, or was changed since it was read.

    The new one has the old one's time: git compares the content of a file that is as old as the
    index, or younger, so a later time would hide a change that the user made in the same instant.
    https://git-scm.com/docs/racy-git
    """
    with tempfile.TemporaryDirectory(prefix=private_prefix("index"), dir=index.parent) as folder:
        copy = Path(folder) / "index"
        if old_index:
            copy.write_bytes(old_index[0])
            os.utime(copy, ns=(old_index[1], old_index[1]))
        env = {"GIT_INDEX_FILE": str(copy)}
        data = lines.encode(errors="surrogateescape")
        await git.run("update-index", "-z", "--index-info", stdin=data, env=env)
        if old_index:
            os.utime(copy, ns=(old_index[1], old_index[1]))
        lock = index.with_name("index.lock")
        try:
            _take_lock(lock, copy)
        except FileExistsError:
            return False
        if _read(index) != old_index:
            lock.unlink()
            return False
        lock.replace(index)
    return True


def _take_lock(lock: Path, copy: Path) -> None:
    """Make the index's lock as a link to the copy; raises FileExistsError where there is one."""
    try:
        os.link(copy, lock)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with lock.open("xb") as file:
            file.write(copy.read_bytes())
        shutil.copystat(copy, lock)


def _remove_leftovers(index: Path) -> None:
    """Remove the copies that killed processes of ours left, and the lock that links to one."""
    lock = index.with_name("index.lock")
    for folder in index.parent.glob("ai-deploy.*"):
        if is_abandoned(folder.name):
            with contextlib.suppress(FileNotFoundError):
                if lock.samefile(folder / "index"):
                    lock.unlink()
            shutil.rmtree(folder, ignore_errors=True)
