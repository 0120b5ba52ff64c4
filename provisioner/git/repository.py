"""The user's repository: the interface of this package."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from provisioner.errors import WorkspaceInvalid
from provisioner.git import commit as commits
from provisioner.git import push as pushes
from provisioner.git import remote
from provisioner.git.change import Change, check_path
from provisioner.git.head import committable, read_head
from provisioner.git.plumbing import Git
from provisioner.git.records import Commit, CommitIntent, FolderStatus, Head, Push
from provisioner.git.status import compare
from provisioner.git.tree import check_levels, list_folder

_PUSH_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a working tree. Folders are given relative to the workspace.

    Attributes:
        workspace: the user's folder in it, absolute, without links.
        prefix: the workspace relative to the working tree's top, "" or ending in a slash.
        git: runs git's commands.
        now: seconds since 1970, for new commits.
    """

    workspace: Path
    prefix: str
    git: Git = field(repr=False)
    now: Callable[[], float] = field(default=time.time, repr=False)

    async def head(self) -> Head:
        """Read which branch and commit are checked out."""
        return await read_head(self.git)

    async def remotes(self) -> tuple[str, ...]:
        """List the names of the remotes, sorted."""
        return await remote.remotes(self.git)

    async def address(self) -> str:
        """Read the URL that clones share: of origin or of the only remote, "" without either."""
        return await remote.address(self.git)

    async def check_committable(self, folder: str = "") -> None:
        """Check before a run that a commit can be made, in a folder where one is given.

        Raises:
            WorkspaceInvalid: HEAD is detached, a merge or a rebase is under way; the folder is in
                a submodule or another repository, or a file is in its place.
        """
        _, tip = await committable(self.git)
        if folder:
            check_path(folder)
            _refuse_other_repository(self.workspace, folder)
            await check_levels(self.git, tip, f"{self.prefix}{folder}")

    async def check_pushable(self) -> None:
        """Check before a run which remote a commit would go to, without contacting it.

        Raises:
            WorkspaceInvalid: it is ambiguous, or not to be used.
        """
        await remote.find_target(self.git, None)

    async def folder_status(self, folder: str) -> FolderStatus:
        """Compare a folder with HEAD. git reads no file of it, and runs nothing."""
        check_path(folder)
        return await compare(self.git, f"{self.prefix}{folder}", self.prefix)

    async def committed(self, folder: str, names: Collection[str]) -> dict[str, bytes]:
        """Read files of a folder in HEAD; contents by name, without those that HEAD lacks."""
        check_path(folder)
        place = f"{self.prefix}{folder}"
        listed = await list_folder(self.git, (await self.head()).sha, place)
        entries = {name: listed.get(f"{place}/{name}") for name in names}
        return {
            name: await self.git.blob(entry.sha)
            for name, entry in entries.items()
            if entry is not None and entry.kind == "blob"
        }

    async def prepare_commit(self, change: Change) -> CommitIntent:
        """Plan what `commit_folder` would make now, to be journaled before it is called.

        Raises:
            WorkspaceInvalid: no commit can be made here.
        """
        return await commits.plan(self.git, self._located(change), self.now())

    async def commit_folder(self, change: Change, recorded: CommitIntent | None = None) -> Commit:
        """Commit these files of one folder, and nothing else, once.

        The commit is HEAD's tree with the change's files put in; whatever else the user has
        staged or changed stays out of it and stays as it is. It carries the effect's key as a
        trailer: where the branch has such a commit, that is returned. Where HEAD has these very
        files already, nothing is made and HEAD is returned.

        Args:
            recorded: what `prepare_commit` returned, for a repetition.

        Raises:
            WorkspaceInvalid: no commit can be made here: detached HEAD, a merge or rebase under
                way, another branch than planned, the same files committed by somebody else.
            ProvisionerError: the plan is another request's, the branch is locked or keeps moving,
                or signing fails.
        """
        return await commits.make(self.git, self._located(change), self.now, recorded)

    async def push(
        self, commit_sha: str, *, branch: str | None = None, seconds: float = _PUSH_SECONDS
    ) -> Push | None:
        """Push a commit to the remote's branch of the same name, unless the remote has it.

        With it go the commits below it that the remote lacks, the user's own ones among them.
        Never forced, no hook is run, no question is asked.

        Args:
            commit_sha: full hash.
            branch: full name, e.g. `Commit.branch`; None is the one that is checked out.
            seconds: how long each exchange with the remote may take.

        Returns:
            None where there is no remote.

        Raises:
            PushRejected: somebody else pushed, or a hook declines.
            RemoteDenied: it refuses the credentials, or the right to push to that branch.
            RemoteInvalid: there is no repository, or its address cannot work.
            RemoteUnreachable: it does not answer, which may pass.
            WorkspaceInvalid: there is no such commit or branch, or the remote is ambiguous.
        """
        return await pushes.push(self.git, commit_sha, branch, seconds)

    async def rewritten(self, commit_sha: str, *, folder: str, branch: str) -> str:
        """Find the commit that a branch (full name) has for one that was made there.

        A rebase makes another one of it, with the same key, which counts as long as the folder
        holds the same; with anything else in there it is the user's work. Returns the same hash
        where nothing was rewritten.
        """
        return await commits.rewritten(self.git, commit_sha, f"{self.prefix}{folder}", branch)

    def _located(self, change: Change) -> Change:
        folder = f"{self.prefix}{change.folder}"
        check_path(folder)
        return replace(change, folder=folder)


def _refuse_other_repository(workspace: Path, folder: str) -> None:
    place = workspace
    for name in folder.split("/"):
        place = place / name
        if os.path.lexists(place / ".git"):
            raise WorkspaceInvalid(
                f"{place} is a repository of its own, a submodule perhaps",
                next_step=f"work there (--workspace {place}), or move its .git away",
            )
