"""The user's repository, as the rest of the program sees it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from provisioner.errors import WorkspaceInvalid
from provisioner.git import commit as commits
from provisioner.git import push as pushes
from provisioner.git import remote
from provisioner.git.change import Change, check_path, make_change
from provisioner.git.content import read_committed
from provisioner.git.head import committable, read_head
from provisioner.git.plumbing import Git
from provisioner.git.records import Commit, CommitIntent, FolderStatus, Head, Push
from provisioner.git.root import ask
from provisioner.git.status import compare
from provisioner.git.tree import check_levels

_PUSH_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a working tree. Folders are given relative to the workspace.

    Attributes:
        workspace: the folder that is worked in, absolute, without links.
        toplevel: of the working tree; the workspace itself or a folder above it.
        git_dir: git's folder of this working tree.
        prefix: the workspace relative to toplevel, "" or ending in a slash.
        now: seconds since 1970, for new commits.
    """

    workspace: Path
    toplevel: Path
    git_dir: Path
    prefix: str
    git: Git = field(repr=False)
    now: Callable[[], float] = field(default=time.time, repr=False)

    async def head(self) -> Head:
        """The branch and the commit that are checked out."""
        return await read_head(self.git)

    async def remotes(self) -> tuple[str, ...]:
        """The names of the remotes, sorted."""
        return await remote.remotes(self.git)

    async def check_committable(self, folder: str = "") -> None:
        """Find out before a run whether a commit could be made.

        Args:
            folder: where it is to be, relative to the workspace; "" for anywhere.

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
        """Find out before a run which remote a commit would go to; nothing is asked of it.

        Raises:
            WorkspaceInvalid: it is ambiguous, or not to be used.
        """
        await remote.find_target(self.git, None)

    async def folder_status(self, folder: str) -> FolderStatus:
        """What in a folder differs from HEAD. git reads no file of it, and runs nothing."""
        check_path(folder)
        return await compare(self.git, f"{self.prefix}{folder}", self.prefix)

    async def committed(self, folder: str, names: Collection[str]) -> dict[str, bytes]:
        """The content of files of a folder in HEAD, by name; those that it lacks are left out."""
        check_path(folder)
        return await read_committed(self.git, f"{self.prefix}{folder}", names)

    async def prepare_commit(
        self,
        *,
        folder: str,
        files: Mapping[str, bytes],
        message: str,
        effect_key: str,
        trailers: Mapping[str, str] | None = None,
        removed: Collection[str] = (),
    ) -> CommitIntent:
        """What `commit_folder` would make now, to be journaled before. Nothing of it is visible.

        Raises:
            WorkspaceInvalid: no commit can be made here.
        """
        change = self._change(folder, files, message, effect_key, trailers, removed)
        return await commits.plan(self.git, change, self.now())

    async def find_commit(
        self, effect_key: str, recorded: CommitIntent | None = None
    ) -> Commit | None:
        """The commit that was made under this key, if there is one on the branch."""
        return await commits.find(self.git, effect_key, recorded)

    async def commit_folder(
        self,
        *,
        folder: str,
        files: Mapping[str, bytes],
        message: str,
        effect_key: str,
        trailers: Mapping[str, str] | None = None,
        removed: Collection[str] = (),
        recorded: CommitIntent | None = None,
    ) -> Commit:
        """Commit these files of one folder, and nothing else, once.

        The commit is HEAD's tree with `files` put into `folder`; whatever else the user has
        staged or changed stays out of it and stays as it is. It carries `effect_key` as a
        trailer: where the branch has such a commit, that is given back. Where HEAD has these very
        files already, nothing is made and HEAD is given back.

        Args:
            folder: relative to the workspace, e.g. "behaviors/orders".
            files: contents by path in the folder.
            message: subject, body and perhaps trailers of its own.
            effect_key: letters, digits and ``._:/=-``, at most 200.
            trailers: more of them, single lines.
            removed: paths in the folder that are to go.
            recorded: what `prepare_commit` gave, for a repetition.

        Raises:
            WorkspaceInvalid: no commit can be made here: detached HEAD, a merge or rebase under
                way, another branch than planned, the same files committed by somebody else.
            ProvisionerError: the branch is locked or keeps moving; a signature is not to be had.
        """
        change = self._change(folder, files, message, effect_key, trailers, removed)
        return await commits.make(self.git, change, self.now, recorded)

    async def push(
        self, commit_sha: str, *, branch: str | None = None, seconds: float = _PUSH_SECONDS
    ) -> Push | None:
        """Bring a commit to the remote's branch of the same name, unless the remote has it.

        With it go the commits below it that the remote lacks, the user's own ones among them.
        Never forced, no hook is run, no question is asked.

        Args:
            commit_sha: full hash.
            branch: full name, e.g. `Commit.branch`; None is the one that is checked out.
            seconds: how long each conversation with the remote may take.

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

    async def standing_for(self, commit_sha: str, *, folder: str, branch: str) -> str:
        """The commit that the branch has for this one, since a rebase makes another one of it.

        Args:
            commit_sha: full hash, as `commit_folder` gave it.
            folder: relative to the workspace, as it was committed.
            branch: full name.
        """
        return await commits.standing_for(self.git, commit_sha, f"{self.prefix}{folder}", branch)

    async def address(self) -> str:
        """By what clones of one repository know each other: the URL of origin or of the only
        remote, "" where neither is there."""
        return await remote.address(self.git)

    def _change(
        self,
        folder: str,
        files: Mapping[str, bytes],
        message: str,
        effect_key: str,
        trailers: Mapping[str, str] | None,
        removed: Collection[str],
    ) -> Change:
        return make_change(
            folder=f"{self.prefix}{folder}",
            files=files,
            removed=removed,
            message=message,
            trailers=trailers or {},
            effect_key=effect_key,
        )


def _refuse_other_repository(workspace: Path, folder: str) -> None:
    place = workspace
    for name in folder.split("/"):
        place = place / name
        if os.path.lexists(place / ".git"):
            raise WorkspaceInvalid(
                f"{place} is a repository of its own, a submodule perhaps",
                next_step=f"work there (--workspace {place}), or move its .git away",
            )


async def open_repository(
    workspace: Path, *, now: Callable[[], float] = time.time, lock_seconds: float = 5.0
) -> Repository:
    """The repository that a workspace is in.

    Args:
        workspace: an existing folder.
        now: seconds since 1970, for new commits.
        lock_seconds: how long a lock of another git process is waited for.

    Raises:
        WorkspaceInvalid: there is none, it is bare, or git does not trust it.
        ToolMissing: git is not installed.
    """
    asked = await ask(
        workspace,
        "--show-object-format",
        "--absolute-git-dir",
        "--is-bare-repository",
        "--is-inside-git-dir",
        "--show-prefix",
        "--show-toplevel",
    )
    told = os.fsdecode(asked.stdout).split("\n")[:-1]
    said = asked.stderr.decode(errors="replace")
    if "true" in told[2:4] or "cannot use bare repository" in said:
        raise WorkspaceInvalid(
            f"{workspace} is in a bare repository or in git's own folder",
            next_step="use a clone with a working tree, or --no-commit",
        )
    if asked.exit_code:
        raise _no_repository(workspace, said)
    if len(told) != 6:
        raise WorkspaceInvalid(
            f"the path of {str(workspace)!r} or of git's folder has a line break in it",
            next_step="rename that folder, or use --no-commit",
        )
    object_format, git_dir, _, _, prefix, toplevel = told
    git = Git(Path(git_dir), Path(toplevel), object_format, lock_seconds)
    return Repository(git.toplevel / prefix, git.toplevel, git.git_dir, prefix, git, now)


def _no_repository(workspace: Path, said: str) -> WorkspaceInvalid:
    evidence = said.splitlines()[-8:]
    if "not a git repository (or any" in said:
        return WorkspaceInvalid(
            f"{workspace} is in no git repository",
            next_step="run `git init` there, or use --no-commit",
        )
    if "not a git repository" in said:
        return WorkspaceInvalid(
            f"{workspace} says that its repository is elsewhere, and there is none",
            evidence=evidence,
            next_step="mend its file .git (`git worktree repair`, or `git submodule update --init` "
            "above it), or use --no-commit",
        )
    step = "mend what git says, or use --no-commit"
    if "dubious ownership" in said:
        trusted = re.search(r"git config --global --add safe\.directory .+", said)
        step = f"if you trust it: `{trusted[0] if trusted else 'git config safe.directory'}`"
    return WorkspaceInvalid(f"git cannot work in {workspace}", evidence=evidence, next_step=step)
