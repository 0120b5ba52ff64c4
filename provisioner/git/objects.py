"""Objects in git's own format, hashed and packed here, so that one command writes all of them.

https://git-scm.com/docs/gitformat-pack and, for trees,
https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from provisioner.git.plumbing import Git

_TYPES = {"tree": 2, "blob": 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree; ``kind`` is "blob", "tree" or "commit" (a submodule)."""

    mode: str
    kind: str
    sha: str


@dataclass(frozen=True, slots=True)
class GitObject:
    """An object that is not written yet; its data is taken as it is, no filter sees it."""

    kind: Literal["blob", "tree"]
    data: bytes

    def sha(self, object_format: str) -> str:
        """The hash by which git names it."""
        head = f"{self.kind} {len(self.data)}\0".encode()
        return hashlib.new(object_format, head + self.data).hexdigest()


def make_tree(entries: Mapping[str, Entry]) -> GitObject:
    """A tree; git sorts folders as if their names ended in a slash."""
    lines = {name.encode(errors="surrogateescape"): entry for name, entry in entries.items()}
    order = sorted(lines, key=lambda name: name + b"/" * (lines[name].kind == "tree"))
    return GitObject(
        "tree",
        b"".join(
            lines[name].mode.lstrip("0").encode()
            + b" %b\0%b" % (name, bytes.fromhex(lines[name].sha))
            for name in order
        ),
    )


async def write_objects(git: Git, objects: Mapping[str, GitObject]) -> None:
    """Write objects, given by their names, to the repository; those that exist stay."""
    if objects:
        pack = _pack(list(objects.values()), git.object_format)
        await git.run("unpack-objects", "-q", stdin=pack)


def _pack(objects: list[GitObject], object_format: str) -> bytes:
    pack = bytearray(b"PACK" + struct.pack(">II", 2, len(objects)))
    for one in objects:
        size = len(one.data)
        byte, size = _TYPES[one.kind] << 4 | size & 0x0F, size >> 4
        while size:
            pack.append(byte | 0x80)
            byte, size = size & 0x7F, size >> 7
        pack.append(byte)
        pack += zlib.compress(one.data)
    return bytes(pack) + hashlib.new(object_format, pack).digest()
