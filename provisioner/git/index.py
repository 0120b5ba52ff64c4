"""The user's index after a commit of ours: it learns of our paths, and keeps all others.

git changes a copy; the copy then takes the index's place under git's own lock. The lock is made
as a second name of the finished copy, so it is there whole or not at all, and one that a killed
process of ours left behind is known by that. Nobody else's lock is ever broken.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provisioner.errors import CommandFailed
from provisioner.git.objects import Entry
from provisioner.git.plumbing import Git
from provisioner.process import Started, is_alive, this_process

_POLL_SECONDS = 0.1
_COPIES = "ai-deploy-index"


async def staged(git: Git, folder: str) -> dict[str, tuple[str, str]]:
    """What the index holds below a folder: mode and hash by path in the repository."""
    entries = {}
    for line in await git.lines("ls-files", "--stage", "-z", "--", folder):
        about, _, path = line.partition("\t")
        mode, sha, _stage = about.split()
        entries[path] = (mode, sha)
    return entries


async def follow(
    git: Git,
    folder: str,
    before: Mapping[str, Entry],
    after: Mapping[str, Entry],
    *,
    just_made: bool,
) -> str:
    """Make the index agree with a commit in the paths that the commit changed.

    Right after the commit, all of them, as `git commit -- PATH` does it. Where it was made
    earlier, only those that are still as they were before the commit: whatever else is there was
    staged by the user since.

    Returns:
        A warning where the index could not be changed, e.g. since another process holds it for
        longer than we wait; else "".
    """
    index = git.git_dir / "index"
    deadline = time.monotonic() + git.lock_seconds
    try:
        while True:
            _remove_leftovers(index)
            seen = _read(index)
            lines = await _lines(git, folder, before, after, just_made=just_made)
            if not lines or await _changed(git, index, seen, lines):
                return ""
            if time.monotonic() >= deadline:
                return (
                    "the commit is made; the index stays as it was, for another git process holds "
                    f"it: `git reset -q -- {folder}`"
                )
            await asyncio.sleep(_POLL_SECONDS)
    except (CommandFailed, OSError) as error:
        why = error.output_tail if isinstance(error, CommandFailed) else error
        return f"the commit is made; the index stays as it was: {why}"


async def _lines(
    git: Git,
    folder: str,
    before: Mapping[str, Entry],
    after: Mapping[str, Entry],
    *,
    just_made: bool,
) -> bytes:
    """What has to change, in the form of `update-index --index-info`."""
    held = await staged(git, folder)
    lines = []
    for path in sorted({*before, *after}):
        old, new = (_pair(entries.get(path)) for entries in (before, after))
        stale = just_made or held.get(path) == old
        if old != new and held.get(path) != new and stale:
            mode, sha = new or ("0", "0" * len(hashlib.new(git.object_format).hexdigest()))
            lines.append(f"{mode} {sha} 0\t{path}\0")
    return "".join(lines).encode(errors="surrogateescape")


def _pair(entry: Entry | None) -> tuple[str, str] | None:
    return (entry.mode, entry.sha) if entry else None


async def _changed(git: Git, index: Path, seen: _Seen | None, lines: bytes) -> bool:
    """Change the index unless somebody else holds it, or changed it since it was `seen`."""
    us = this_process()
    prefix = f"{_COPIES}.{us.pid}.{us.start_time}."
    with tempfile.TemporaryDirectory(prefix=prefix, dir=index.parent) as folder:
        copy = Path(folder) / "index"
        if seen:
            copy.write_bytes(seen.content)
            seen.keep_age(copy)
        env = {"GIT_INDEX_FILE": str(copy)}
        await git.run("update-index", "-z", "--index-info", stdin=lines, env=env)
        if seen:
            seen.keep_age(copy)
        lock = index.with_name("index.lock")
        try:
            _claim(lock, copy)
        except FileExistsError:
            return False
        if _read(index) != seen:
            lock.unlink()
            return False
        lock.replace(index)
    return True


@dataclass(frozen=True, slots=True)
class _Seen:
    """The index as it was read.

    Its age counts: git takes a file that is as old as the index, or younger, for changed until it
    has compared the content. A copy that were younger would hide a change that the user made in
    the same instant. https://git-scm.com/docs/racy-git
    """

    content: bytes
    modified_ns: int

    def keep_age(self, copy: Path) -> None:
        os.utime(copy, ns=(self.modified_ns, self.modified_ns))


def _read(index: Path) -> _Seen | None:
    try:
        with index.open("rb") as file:
            return _Seen(file.read(), os.fstat(file.fileno()).st_mtime_ns)
    except FileNotFoundError:
        return None


def _claim(lock: Path, copy: Path) -> None:
    """Take the index's lock, as a second name of the copy.

    Raises:
        FileExistsError: somebody holds it.
    """
    try:
        os.link(copy, lock)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with lock.open("xb") as file:
            file.write(copy.read_bytes())
        shutil.copystat(copy, lock)


def _remove_leftovers(index: Path) -> None:
    """Take away what killed processes of ours left: their copies, and the lock that is one."""
    for folder in index.parent.glob(f"{_COPIES}.*"):
        pid, _, start_time = folder.name.removeprefix(f"{_COPIES}.").partition(".")
        if not pid.isdecimal() or is_alive(Started(int(pid), start_time.rpartition(".")[0])):
            continue
        lock = index.with_name("index.lock")
        with contextlib.suppress(FileNotFoundError):
            if lock.samefile(folder / "index"):
                lock.unlink()
        shutil.rmtree(folder, ignore_errors=True)
