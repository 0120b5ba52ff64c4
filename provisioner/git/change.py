"""A request to commit files of one folder: its paths, its message and its trailers, checked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from provisioner.errors import WorkspaceInvalid

TRAILER = "Effect-Key"
_KEY = re.compile(r"[A-Za-z0-9._:/=-]{1,200}")
_TRAILER = re.compile(r"[A-Za-z][A-Za-z0-9-]*: \S.*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Names that git, or a file system without upper and lower case, may take for its own folder; and
# ours. https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreprotectNTFS
_RESERVED = re.compile(r"(?i)(\.git|git~\d+|\.ai-deploy)[. ]*(:.*)?")


@dataclass(frozen=True, slots=True)
class Change:
    """A request to commit some files of one folder.

    Attributes:
        folder: relative to the workspace or, inside this package, to the repository.
        files: contents by path in the folder.
        removed: paths in the folder that are to be deleted.
        message: subject, body and trailers.
        effect_key: value of the trailer by which the commit is found again.
    """

    folder: str
    files: Mapping[str, bytes]
    removed: tuple[str, ...]
    message: str
    effect_key: str

    @property
    def digest(self) -> str:
        """SHA-256 in hex over all fields."""
        contents = {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}
        parts = [self.folder, contents, sorted(self.removed), self.message, self.effect_key]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def make_change(
    *,
    folder: str,
    files: Mapping[str, bytes],
    message: str,
    effect_key: str,
    trailers: Mapping[str, str] = MappingProxyType({}),
    removed: Collection[str] = (),
) -> Change:
    """Check a request to commit, and add its trailers to the message.

    Args:
        effect_key: letters, digits and ``._:/=-``, at most 200.
        trailers: further ones, single lines.

    Raises:
        WorkspaceInvalid: a path leads out of the folder, or to git's or our own files.
        ValueError: the message, a trailer or the key cannot be written as such.
    """
    if not files:
        raise ValueError("there are no files to commit")
    if not _KEY.fullmatch(effect_key):
        raise ValueError(f"{effect_key!r} cannot be an effect's key")
    for path in (folder, *files, *removed):
        check_path(path)
    text = _with_trailers(message, {**trailers, TRAILER: effect_key})
    return Change(folder, dict(files), tuple(removed), text, effect_key)


def check_path(path: str) -> None:
    """Raises WorkspaceInvalid for what is no plain path downwards, or names git's or our files."""
    parts = path.split("/")
    plain = all(part not in ("", ".", "..") for part in parts) and "\\" not in path
    reserved = any(_RESERVED.fullmatch(part) for part in parts)
    if not plain or reserved or not path.isprintable():
        raise WorkspaceInvalid(
            f"{path!r} cannot be committed: it is no plain path of the feature's folder"
        )


def _with_trailers(message: str, trailers: Mapping[str, str]) -> str:
    """The message with the trailers in its last paragraph."""
    lines = [_CONTROL.sub("", line.rstrip()) for line in message.strip().splitlines()]
    # No text, a model's least of all, can pass for another effect's commit.
    forged = re.compile(rf"(?i){TRAILER}\s*:")
    lines = [f"  {line}" if forged.match(line) else line for line in lines]
    if not any(lines):
        raise ValueError("the commit's message is empty")
    added = [f"{name}: {value}" for name, value in trailers.items()]
    for line in added:
        if not _TRAILER.fullmatch(line) or _CONTROL.search(line):
            raise ValueError(f"{line!r} cannot be a trailer")
    last = lines[len(lines) - 1 - lines[::-1].index("") :][1:] if "" in lines else []
    joined = bool(last) and all(_TRAILER.fullmatch(line) for line in last)
    text = "\n".join([*lines, *([] if joined else [""]), *added, ""])
    return text.encode("utf-8", "replace").decode()
