"""Trees: listing them, and a commit's tree with changed files of one folder.

git makes the new tree from an index of its own, which is filled from the commit. The content of
the files is given to it: neither the working tree nor the user's index is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePosixPath

from provisioner.errors import WorkspaceInvalid
from provisioner.files.temporary import private_folder
from provisioner.git.plumbing import Git

_SNIFFED = 8_000  # bytes in which git looks for a NUL, which makes a file binary


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree; ``kind`` is "blob", "tree" or "commit" (a submodule)."""

    mode: str
    kind: str
    sha: str


async def list_folder(git: Git, tree: str | None, folder: str) -> dict[str, Entry]:
    """List the files below a folder of a tree or a commit, by their path in the repository."""
    return await _list(git, "-r", tree, "--", f"{folder}/") if tree else {}


async def write_tree(git: Git, commit: str | None, folder: str, files: Mapping[str, bytes]) -> str:
    """Write a commit's tree with `files` in `folder`; returns its hash.

    A file that was executable stays so, and lines end as git would commit them. Other files stay
    as they are. The folder is relative to the repository.

    Raises:
        WorkspaceInvalid: a file, a link or a submodule is in the place of a folder, or reversely.
    """
    await check_levels(git, commit, folder)
    before = await list_folder(git, commit, folder)
    contents = {f"{folder}/{name}": data for name, data in files.items()}
    paths = {*before, *contents}
    for path in paths:
        # git would remove the one that is in the other's place from the commit.
        if clash := paths & {str(above) for above in PurePosixPath(path).parents}:
            raise WorkspaceInvalid(
                f"{clash.pop()} is a file in the commit and would be a folder, or reversely",
                next_step="commit its removal first",
            )
    entries = {}
    for path, data in (await _normalize(git, contents, before)).items():
        written = await git.run("hash-object", "-w", "--stdin", stdin=data)  # runs no filter
        old = before.get(path)
        mode = "100755" if old and old.mode == "100755" else "100644"
        entries[path] = Entry(mode, "blob", written.stdout.decode().strip())
    return await put_entries(git, commit, entries)


async def put_entries(git: Git, commit: str | None, entries: Mapping[str, Entry]) -> str:
    """Write a commit's tree with other entries, by path in the repository; returns its hash."""
    lines = "".join(f"{one.mode} {one.sha} 0\t{path}\0" for path, one in entries.items())
    with private_folder("index") as private:
        env = {"GIT_INDEX_FILE": str(Path(private) / "index")}
        if commit:
            await git.run("read-tree", "--no-sparse-checkout", commit, env=env)
        await git.run("update-index", "-z", "--index-info", stdin=lines.encode(), env=env)
        # --missing-ok: a partial clone lacks content of files beside the folder.
        return (await git.run("write-tree", "--missing-ok", env=env)).stdout.decode().strip()


async def check_levels(git: Git, commit: str | None, folder: str) -> None:
    """Raises WorkspaceInvalid where a file, a link or a submodule is in a folder's place."""
    levels = list(accumulate(folder.split("/"), "{}/{}".format))
    entries = await _list(git, "-t", commit, "--", *levels) if commit else {}
    for level in levels:
        if level in entries and entries[level].kind != "tree":
            raise WorkspaceInvalid(
                f"{level} is no folder in the commit {commit}",
                next_step="commit its removal first, or name the feature otherwise",
            )


async def _list(git: Git, *arguments: str) -> dict[str, Entry]:
    """The entries of a tree or a commit by name."""
    entries = {}
    for line in await git.records("ls-tree", "-z", "--full-tree", *arguments):
        about, _, name = line.partition("\t")
        entries[name] = Entry(*about.split())
    return entries


async def _normalize(
    git: Git, contents: Mapping[str, bytes], before: Mapping[str, Entry]
) -> dict[str, bytes]:
    """Convert CRLF to LF where git would: in what attributes or core.autocrlf call text.

    git is asked for the attributes that the index holds, so no file of the working tree is read.
    https://git-scm.com/docs/gitattributes#_end_of_line_conversion
    """
    result = dict(contents)
    ended = [path for path, data in contents.items() if b"\r\n" in data]
    if not ended:
        return result
    fields = await git.records("check-attr", "-z", "--cached", "text", "eol", "--", *ended)
    triples = zip(fields[0::3], fields[1::3], fields[2::3], strict=True)
    attributes = {(path, name): value for path, name, value in triples}
    auto = (await git.text("config", "--get", "core.autocrlf", as_user=True)).lower()
    for path in ended:
        text, eol = attributes.get((path, "text"), ""), attributes.get((path, "eol"), "")
        certain = text == "set" or (text not in ("auto", "unset") and eol in ("lf", "crlf"))
        guessed = text == "auto" or (
            text != "unset" and auto in ("true", "input", "yes", "on", "1")
        )
        data = contents[path]
        if certain or (guessed and await _looks_like_text(git, data, before.get(path))):
            result[path] = data.replace(b"\r\n", b"\n")
    return result


async def _looks_like_text(git: Git, data: bytes, old: Entry | None) -> bool:
    """Whether git takes a file for text by itself: no NUL, no single CR, and no CRLF in HEAD."""
    if b"\0" in data[:_SNIFFED] or b"\r" in data.replace(b"\r\n", b""):
        return False
    if old is None:
        return True
    before = (await git.run("cat-file", "blob", old.sha)).stdout
    return old.sha != git.blob_sha(data) and b"\r\n" not in before
