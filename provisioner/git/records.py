"""Records of this package: what is checked out, planned, committed and pushed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class Head:
    """What is checked out.

    Attributes:
        branch: full name, ``"refs/heads/main"``; None where HEAD is detached.
        sha: the commit, None on a branch without one.
    """

    branch: str | None
    sha: str | None


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """A folder of the working tree, compared to HEAD. Paths are relative to the workspace.

    Attributes:
        exists_in_head: HEAD has files there.
        changed: files of HEAD that are gone or other, and files that are staged as something
            that neither HEAD nor the working tree has.
        untracked: files that HEAD does not have.
    """

    exists_in_head: bool
    changed: tuple[str, ...]
    untracked: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not self.changed and not self.untracked


@dataclass(frozen=True, slots=True)
class CommitIntent:
    """A commit that is about to be made: what decides its hash. Journaled before it is made.

    Attributes:
        branch: full name of the branch that it is made on.
        parent: the branch's commit, None for its first one.
        date: as git takes it, ``"@<seconds since 1970> +0000"``.
        tree: hash of its tree.
        digest: SHA-256 of the request: paths, contents, message, key.
    """

    branch: str
    parent: str | None
    date: str
    tree: str
    digest: str

    def as_dict(self) -> dict[str, str | None]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, str | None]) -> CommitIntent:
        return cls(**cast("dict[str, str]", values))


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that is there.

    Attributes:
        sha: its full hash; HEAD's own where the files are in HEAD already.
        parent: the commit before it, None for the first one.
        branch: full name of the branch that it is on.
        created: made by this call; False where it was found, or nothing was to be committed.
        signed: it carries a signature.
        warning: shown to the user, "" for none.
    """

    sha: str
    parent: str | None
    branch: str
    created: bool
    signed: bool = False
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """A commit that the remote has.

    Attributes:
        remote: the remote's name.
        ref: full name of its branch.
        pushed: this call brought it there.
        already: it was there before.
    """

    remote: str
    ref: str
    pushed: bool
    already: bool
