"""The user's index and working tree: what is not committed, and the index after a commit.

git opens no file of the working tree. A file that differs from HEAD in CRLF against LF alone counts
as unchanged: where git is configured to check out CRLF (core.autocrlf), every file would else be
changed, and applying the configuration would mean to let git run its filters.

The index is updated in a commit's paths alone. git changes a copy, which then replaces the index
under git's own lock. The lock is made as a hard link to the finished copy: it is there whole or not
at all, and one that a killed process of ours left is recognized. No other lock is ever removed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from provisioner.errors import CommandFailed
from provisioner.files.temporary import is_abandoned, private_prefix
from provisioner.git.plumbing import Git
from provisioner.git.tree import Entry, list_folder

_POLL_SECONDS = 0.1
# What running and testing code leaves behind.
_BY_PRODUCTS = {
    *("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"),
    *(".venv", ".coverage", ".DS_Store"),
}


async def uncommitted(git: Git, folder: str) -> list[str]:
    """See `Repository.uncommitted`; `folder` is relative to the repository."""
    listed = await list_folder(git, await git.commit(), folder)
    recorded = {*listed.items(), *(await _staged(git, folder)).items()}
    found = {
        path for path, entry in recorded if entry.kind == "blob" and not _holds(git, path, entry)
    }
    files = {path.relative_to(git.toplevel).as_posix() for path in _files(git.toplevel / folder)}
    submodules = tuple(f"{path}/" for path, entry in listed.items() if entry.kind == "commit")
    found |= {path for path in files - set(listed) if not path.startswith(submodules)}
    names = (os.fsencode(path.removeprefix(f"{folder}/")) for path in sorted(found))
    return [name.decode(errors="replace") for name in names]


def _holds(git: Git, path: str, entry: Entry) -> bool:
    """Whether the working tree has an entry's kind of file and its content at a path."""
    place = git.toplevel / path
    try:
        mode = place.lstat().st_mode
        if stat.S_ISLNK(mode):
            target = os.fsencode(place.readlink())
            return entry.mode == "120000" and git.blob_sha(target) == entry.sha
        if not stat.S_ISREG(mode) or entry.mode == "120000":
            return False
        data = place.read_bytes()
    except OSError:
        return False
    return entry.sha in (git.blob_sha(data), git.blob_sha(data.replace(b"\r\n", b"\n")))


def _files(folder: Path) -> Iterator[Path]:
    """Everything in a folder that is no folder, links not followed, by-products left out."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = [name for name in folders if name not in _BY_PRODUCTS and name not in links]
        for name in (*files, *links):
            if name not in _BY_PRODUCTS and not name.endswith(".pyc"):
                yield Path(place) / name


async def _staged(git: Git, folder: str) -> dict[str, Entry]:
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

    Returns a warning where another process holds the index for longer than `lock_seconds`, or it
    cannot be changed; else "".
    """
    gone = Entry("0", "", "0" * len(git.blob_sha(b"")))
    pairs = {path: (before.get(path), after.get(path)) for path in sorted({*before, *after})}
    index = git.git_dir / "index"
    deadline = time.monotonic() + git.lock_seconds
    try:
        while True:
            _remove_leftovers(index)
            old_index = _read(index)
            held = await _staged(git, folder)
            lines = [
                f"{(new or gone).mode} {(new or gone).sha} 0\t{path}\0"
                for path, (old, new) in pairs.items()
                if new not in (old, held.get(path)) and (every or held.get(path) == old)
            ]
            if not lines or await _replaced(git, index, old_index, "".join(lines)):
                return ""
            if time.monotonic() >= deadline:
                why = (
                    f", for another git process holds it: `git reset -q -- {folder}` once it has "
                    f"ended; where none runs, remove {index}.lock before"
                )
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
