"""The content of committed files, read from git's objects and not from the working tree."""

from __future__ import annotations

from collections.abc import Collection

from provisioner.git.head import read_head
from provisioner.git.plumbing import Git
from provisioner.git.tree import list_folder


async def read_committed(git: Git, folder: str, names: Collection[str]) -> dict[str, bytes]:
    """Contents of files of HEAD by their name in `folder`; names that HEAD lacks are left out."""
    listed = await list_folder(git, (await read_head(git)).sha, folder)
    found = {}
    for name in names:
        entry = listed.get(f"{folder}/{name}")
        if entry is not None and entry.kind == "blob":
            found[name] = (await git.run("cat-file", "blob", entry.sha)).stdout
    return found
