"""Trees: listing them, and a commit's tree with changed files of one folder, without an index.

Only the folder's own tree and those above it are written again, so everything else in the commit
is what it was by construction, and the cost does not grow with the repository.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from provisioner.errors import WorkspaceInvalid
from provisioner.git.line_ends import normalize
from provisioner.git.objects import Entry, GitObject, make_tree, write_objects
from provisioner.git.plumbing import Git


async def list_folder(git: Git, tree: str | None, folder: str) -> dict[str, Entry]:
    """List the files below a folder of a tree or a commit, by their path in the repository."""
    return await _list(git, "-r", tree, "--", f"{folder}/") if tree else {}


async def overlay(
    git: Git,
    commit: str | None,
    folder: str,
    files: Mapping[str, bytes],
    removed: Collection[str] = (),
) -> str:
    """Write a commit's tree with `files` in `folder` and without `removed`; returns its hash.

    A file that was executable stays so, and lines end as git would commit them. Other files of the
    folder stay as they are.

    Args:
        commit: None for an empty tree.
        folder: relative to the repository; `files` and `removed` are relative to it.

    Raises:
        WorkspaceInvalid: a file, a link or a submodule is in the place of a folder, or reversely.
    """
    parts = folder.split("/")
    levels = await _levels(git, commit, parts)
    before = await list_folder(git, commit, folder)
    new = _NewObjects(git.object_format)
    gone = {f"{folder}/{name}" for name in removed}
    after = {path: entry for path, entry in before.items() if path not in gone}
    for name, data in (await normalize(git, folder, files, before)).items():
        old = before.get(path := f"{folder}/{name}")
        mode = "100755" if old and old.mode == "100755" else "100644"
        after[path] = Entry(mode, "blob", new.add(GitObject("blob", data)))
    inner = {path.removeprefix(f"{folder}/"): entry for path, entry in after.items()}
    sha = new.add_folder(inner, f"{folder}/")
    for name, entries in zip(reversed(parts), reversed(levels), strict=True):
        others = {other: entry for other, entry in entries.items() if other != name}
        below = {name: Entry("40000", "tree", sha)} if sha else {}
        sha = new.add(make_tree(others | below)) if others or below else ""
    tree = sha or new.add(make_tree({}))
    known = {entry.sha for entry in before.values()}
    await write_objects(git, {sha: one for sha, one in new.objects.items() if sha not in known})
    return tree


async def check_levels(git: Git, commit: str | None, folder: str) -> None:
    """Raises WorkspaceInvalid where a file, a link or a submodule is in a folder's place."""
    await _levels(git, commit, folder.split("/"))


async def _levels(git: Git, commit: str | None, parts: Sequence[str]) -> list[dict[str, Entry]]:
    """The trees above a folder, from the commit's own on."""
    levels: list[dict[str, Entry]] = []
    tree = commit
    for depth, name in enumerate(parts):
        entries = await _list(git, tree) if tree else {}
        levels.append(entries)
        entry = entries.get(name)
        if entry and entry.kind != "tree":
            raise WorkspaceInvalid(
                f"{'/'.join(parts[: depth + 1])} is no folder in the commit {commit}",
                next_step="commit its removal first, or name the feature otherwise",
            )
        tree = entry.sha if entry else None
    return levels


class _NewObjects:
    """Objects that are to be written, by their hashes."""

    def __init__(self, object_format: str) -> None:
        self._object_format = object_format
        self.objects: dict[str, GitObject] = {}

    def add(self, one: GitObject) -> str:
        sha = one.sha(self._object_format)
        self.objects[sha] = one
        return sha

    def add_folder(self, entries: Mapping[str, Entry], where: str) -> str:
        """Add a folder's tree with all below it; "" for a folder without files."""
        direct: dict[str, Entry] = {}
        folders: dict[str, dict[str, Entry]] = {}
        for name, entry in entries.items():
            top, slash, rest = name.partition("/")
            if slash:
                folders.setdefault(top, {})[rest] = entry
            else:
                direct[name] = entry
        for name, inside in folders.items():
            if name in direct:
                raise WorkspaceInvalid(
                    f"{where}{name} is a file in the commit and would be a folder, or reversely",
                    next_step="commit its removal first",
                )
            sha = self.add_folder(inside, f"{where}{name}/")
            direct[name] = Entry("40000", "tree", sha)
        return self.add(make_tree(direct)) if direct else ""


async def _list(git: Git, *arguments: str) -> dict[str, Entry]:
    """The entries of a tree or a commit by name."""
    entries = {}
    for line in await git.lines("ls-tree", "-z", "--full-tree", *arguments):
        about, _, name = line.partition("\t")
        entries[name] = Entry(*about.split())
    return entries
