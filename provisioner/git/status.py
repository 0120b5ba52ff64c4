"""A folder of the working tree compared with HEAD, without git opening any of these files.

Content is compared as it is. A file that differs from HEAD in CRLF against LF alone counts as
unchanged: where git is configured to check out CRLF (core.autocrlf), every file would else be
changed, and applying the configuration would mean to let git run its filters.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from provisioner.git.index import staged
from provisioner.git.plumbing import Git
from provisioner.git.tree import Entry, list_folder

# What running and testing code leaves behind.
_BY_PRODUCTS = {
    *("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"),
    *(".venv", ".coverage", ".DS_Store"),
}


async def uncommitted(git: Git, folder: str) -> list[str]:
    """See `Repository.uncommitted`; `folder` is relative to the repository."""
    listed = await list_folder(git, await git.commit(), folder)
    recorded = {*listed.items(), *(await staged(git, folder)).items()}
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
