"""Records of this package: what is asked, planned, committed and pushed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from provisioner.errors import WorkspaceInvalid

TRAILER = "Effect"
_KEY = re.compile(r"[A-Za-z0-9._:/=-]{1,200}")
_TRAILER = re.compile(r"[A-Za-z][A-Za-z0-9-]*: \S.*")
_FORGED = re.compile(rf"(?i){TRAILER}\s*:")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Names that git, or a file system without upper and lower case, may take for its own folder; and
# ours. https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreprotectNTFS
_RESERVED = re.compile(r"(?i)(\.git|git~\d+|\.ai-deploy)[. ]*(:.*)?")


@dataclass(frozen=True, slots=True)
class Change:
    """A request to commit files of one folder, given by path in it; made by `make_change`.

    The folder is relative to the workspace or, inside this package, to the repository.
    """

    folder: str
    files: Mapping[str, bytes]
    message: str
    effect_key: str

    @property
    def digest(self) -> str:
        """SHA-256 in hex over all fields."""
        contents = {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}
        parts = [self.folder, contents, self.message, self.effect_key]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CommitIntent:
    """A commit that is about to be made: what decides its hash. Journaled before it is made.

    Attributes:
        branch: full name of the branch that it is made on.
        parent: the branch's commit, None for its first one.
        date: as git takes it, ``"@<seconds since 1970> +0000"``.
        digest: of the change.
    """

    branch: str
    parent: str | None
    date: str
    tree: str
    digest: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that is there.

    Attributes:
        sha: its full hash; HEAD's own where the files are in HEAD already.
        branch: full name of the branch that it is on.
        created: made by this call; False where it was found, or nothing was to be committed.
        warning: shown to the user, "" for none.
    """

    sha: str
    parent: str | None
    branch: str
    created: bool
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """A commit that the remote's branch (full name) has; `pushed` by this call, or before."""

    remote: str
    ref: str
    pushed: bool


def make_change(
    *, folder: str, files: Mapping[str, bytes], message: str, effect_key: str
) -> Change:
    """Check a request to commit, and add the effect's key to the message as a trailer.

    Raises:
        WorkspaceInvalid: a path leads out of the folder, or to git's or our own files.
        ValueError: there are no files, or the message or the key cannot be written as such.
    """
    if not files:
        raise ValueError("there are no files to commit")
    if not _KEY.fullmatch(effect_key):
        raise ValueError(f"{effect_key!r} cannot be an effect's key")
    for path in (folder, *files):
        check_path(path)
    lines = [_CONTROL.sub("", line.rstrip()) for line in message.strip().splitlines()]
    # No text, a model's least of all, can pass for another effect's commit.
    lines = [f"  {line}" if _FORGED.match(line) else line for line in lines]
    if not any(lines):
        raise ValueError("the commit's message is empty")
    body = "\n".join(lines)
    _, blank, last = body.rpartition("\n\n")
    joined = blank and all(_TRAILER.fullmatch(line) for line in last.split("\n"))
    separator = "\n" if joined else "\n\n"
    text = f"{body}{separator}{TRAILER}: {effect_key}\n".encode("utf-8", "replace").decode()
    return Change(folder, dict(files), text, effect_key)


def check_path(path: str) -> None:
    """Raises WorkspaceInvalid for what is no plain path downwards, or names git's or our files."""
    parts = path.split("/")
    plain = all(part not in ("", ".", "..") for part in parts) and "\\" not in path
    reserved = any(_RESERVED.fullmatch(part) for part in parts)
    if not plain or reserved or not path.isprintable():
        raise WorkspaceInvalid(
            f"{path!r} cannot be committed: it is no plain path of the feature's folder"
        )
