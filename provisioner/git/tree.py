"""Trees: a commit's tree with some files of one folder put in, made without an index.

Only the folder's own tree and those above it are written again, so everything else in the commit
is what it was by construction, and the cost does not grow with the repository.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from provisioner.errors import ProvisionerError, WorkspaceInvalid
from provisioner.git.plumbing import Git


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree; ``kind`` is "blob", "tree" or "commit" (a submodule)."""

    mode: str
    kind: str
    sha: str


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A new tree, and the folder's files by their path in the repository, before and after."""

    tree: str
    before: Mapping[str, Entry]
    after: Mapping[str, Entry]


def blob_id(data: bytes, object_format: str) -> str:
    """The name that git gives to a file's content, as it is: no filter, no change of line ends."""
    return hashlib.new(object_format, b"blob %d\0%b" % (len(data), data)).hexdigest()


async def list_tree(git: Git, tree: str) -> dict[str, Entry]:
    """The direct entries of a tree or a commit by name."""
    return _entries(await git.lines("ls-tree", "-z", "--full-tree", tree))


async def list_folder(git: Git, commit: str | None, folder: str) -> dict[str, Entry]:
    """The files of a commit's folder by their path in the repository."""
    if commit is None:
        return {}
    lines = await git.lines("ls-tree", "-r", "-z", "--full-tree", commit, "--", f"{folder}/")
    return _entries(lines)


async def overlay(
    git: Git,
    commit: str | None,
    folder: str,
    files: Mapping[str, bytes],
    removed: Collection[str] = (),
) -> Overlaid:
    """A commit's tree with `files` in `folder` and without those that are `removed` from it.

    A file that was executable stays so. Other files of the folder stay as they are.

    Args:
        git: the repository.
        commit: None starts from nothing.
        folder: relative to the repository.
        files: contents by path in the folder.
        removed: paths in the folder.

    Raises:
        WorkspaceInvalid: a file, a link or a submodule is in the place of a folder, or reversely.
    """
    parts = folder.split("/")
    levels: list[dict[str, Entry]] = []
    tree = commit
    for depth, name in enumerate(parts):
        entries = await list_tree(git, tree) if tree else {}
        levels.append(entries)
        if (entry := entries.get(name)) and entry.kind != "tree":
            place = "/".join(parts[: depth + 1])
            raise WorkspaceInvalid(
                f"{place} is no folder in the commit {commit}",
                next_step="commit its removal first, or name the feature otherwise",
            )
        tree = entry.sha if entry else None
    before = await list_folder(git, commit, folder)
    known = {entry.sha for entry in before.values()}
    after = {
        path: entry
        for path, entry in before.items()
        if path.removeprefix(f"{folder}/") not in removed
    }
    for name, sha in (await _write_blobs(git, files, known)).items():
        old = before.get(f"{folder}/{name}")
        executable = old is not None and old.mode == "100755"
        after[f"{folder}/{name}"] = Entry("100755" if executable else "100644", "blob", sha)
    inner = {path.removeprefix(f"{folder}/"): entry for path, entry in after.items()}
    sha = await _write_tree(git, inner, f"{folder}/")
    for name, entries in zip(reversed(parts), reversed(levels), strict=True):
        entries.pop(name, None)
        if sha:
            entries[name] = Entry("040000", "tree", sha)
        sha = await _make_tree(git, entries) if entries else ""
    return Overlaid(sha or await _make_tree(git, {}), before, after)


async def _write_blobs(
    git: Git, files: Mapping[str, bytes], known: Collection[str]
) -> dict[str, str]:
    names = {name: blob_id(data, git.object_format) for name, data in files.items()}
    new = {sha: files[name] for name, sha in names.items() if sha not in known}
    for sha, data in new.items():
        done = await git.run("hash-object", "-w", "--stdin", "--no-filters", stdin=data)
        if done.stdout.decode().strip() != sha:
            raise ProvisionerError(f"git names a file's content otherwise than {sha}")
    return names


async def _write_tree(git: Git, entries: Mapping[str, Entry], where: str) -> str:
    """Write a folder's tree with all below it; "" for a folder without files."""
    direct = {name: entry for name, entry in entries.items() if "/" not in name}
    folders: dict[str, dict[str, Entry]] = {}
    for name, entry in entries.items():
        top, slash, rest = name.partition("/")
        if slash:
            folders.setdefault(top, {})[rest] = entry
    for name, inside in folders.items():
        if name in direct:
            raise WorkspaceInvalid(
                f"{where}{name} is a file in the commit and would be a folder, or reversely",
                next_step="commit its removal first",
            )
        sha = await _write_tree(git, inside, f"{where}{name}/")
        direct[name] = Entry("040000", "tree", sha)
    return await _make_tree(git, direct) if direct else ""


async def _make_tree(git: Git, entries: Mapping[str, Entry]) -> str:
    lines = "".join(f"{one.mode} {one.kind} {one.sha}\t{name}\0" for name, one in entries.items())
    # --missing: a partial clone need not have what stays as it is.
    done = await git.run("mktree", "-z", "--missing", stdin=lines.encode(errors="surrogateescape"))
    return done.stdout.decode().strip()


def _entries(lines: Sequence[str]) -> dict[str, Entry]:
    entries = {}
    for line in lines:
        about, _, name = line.partition("\t")
        mode, kind, sha = about.split()
        entries[name] = Entry(mode, kind, sha)
    return entries
