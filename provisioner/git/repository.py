"""The user's repository: the interface of this package, finding one and making one."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

from provisioner.errors import WorkspaceInvalid
from provisioner.git import commit as commits
from provisioner.git import push as pushes
from provisioner.git import remote
from provisioner.git.plumbing import Git, user_environment
from provisioner.git.records import Change, Commit, CommitIntent, FolderStatus, Push, check_path
from provisioner.git.status import compare
from provisioner.git.tree import check_levels, list_folder
from provisioner.process import Completed, ToolMissing, run_command

_SECONDS = 30.0
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

    async def address(self) -> str:
        """Read the URL that clones share: of origin or of the only remote, "" without either."""
        return await remote.address(self.git)

    async def check_committable(self, folder: str = "") -> None:
        """Check before a run that a commit can be made, in a folder where one is given.

        Raises:
            WorkspaceInvalid: HEAD is detached, a merge or a rebase is under way; the folder is in
                a submodule or another repository, or a file is in its place.
        """
        _, tip = await commits.committable(self.git)
        if folder:
            place = self._place(folder)
            _refuse_other_repository(self.workspace, folder)
            await check_levels(self.git, tip, place)

    async def check_pushable(self) -> None:
        """Check before a run which remote a commit would go to, without contacting it.

        Raises:
            WorkspaceInvalid: it is ambiguous, or not to be used.
        """
        await remote.find_target(self.git, None)

    async def folder_status(self, folder: str) -> FolderStatus:
        """Compare a folder with HEAD. git reads no file of it, and runs nothing."""
        return await compare(self.git, self._place(folder), self.prefix)

    async def committed(self, folder: str, names: Collection[str]) -> dict[str, bytes]:
        """Read files of a folder in HEAD; contents by name, without those that HEAD lacks."""
        place = self._place(folder)
        listed = await list_folder(self.git, await self.git.commit(), place)
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
        return await commits.make(self.git, self._located(change), self.now(), recorded)

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
        return await commits.rewritten(self.git, commit_sha, self._place(folder), branch)

    def _located(self, change: Change) -> Change:
        return replace(change, folder=self._place(change.folder))

    def _place(self, folder: str) -> str:
        """A folder of the workspace, relative to the repository."""
        check_path(folder)
        check_path(f"{self.prefix}{folder}")
        return f"{self.prefix}{folder}"


async def open_repository(
    workspace: Path, *, now: Callable[[], float] = time.time, lock_seconds: float = 5.0
) -> Repository:
    """Open the repository that a workspace is in. Nothing of the working tree is read or run.

    Args:
        workspace: an existing folder.
        now: seconds since 1970, for new commits.
        lock_seconds: how long to wait for a lock of another git process.

    Raises:
        WorkspaceInvalid: there is none, it is bare, or git does not trust it.
        ToolMissing: git is not installed.
    """
    asked = await _rev_parse(
        workspace,
        *("--show-object-format", "--absolute-git-dir", "--is-bare-repository"),
        *("--is-inside-git-dir", "--show-prefix", "--show-toplevel"),
    )
    lines = os.fsdecode(asked.stdout).split("\n")[:-1]
    errors = asked.stderr.decode(errors="replace")
    if "true" in lines[2:4] or "cannot use bare repository" in errors:
        raise WorkspaceInvalid(
            f"{workspace} is in a bare repository or in git's own folder",
            next_step="use a clone with a working tree, or --no-commit",
        )
    if asked.exit_code:
        raise _no_repository(workspace, errors)
    if len(lines) != 6:
        raise WorkspaceInvalid(
            f"the path of {str(workspace)!r} or of git's folder has a line break in it",
            next_step="rename that folder, or use --no-commit",
        )
    object_format, git_dir, _, _, prefix, toplevel = lines
    git = Git(Path(git_dir), Path(toplevel), object_format, lock_seconds)
    return Repository(git.toplevel / prefix, prefix, git, now)


async def find_toplevel(folder: Path) -> Path | None:
    """Find the top of the working tree that a folder is in.

    Returns:
        None where it is in none, git is not there, or git refuses the repository, e.g. since
        somebody else owns it: then nothing above the folder is to be trusted.
    """
    try:
        asked = await _rev_parse(folder, "--show-toplevel")
    except ToolMissing:
        return None
    toplevel = os.fsdecode(asked.stdout).removesuffix("\n")
    return Path(toplevel) if toplevel and not asked.exit_code else None


async def init_repository(folder: Path) -> None:
    """Make an empty repository with the branch main; nothing happens where there is one."""
    argv = ["git", "init", "--quiet", "--initial-branch=main", "--template="]
    await run_command(argv, cwd=folder, env=user_environment(), timeout=_SECONDS)


async def _rev_parse(folder: Path, *questions: str) -> Completed:
    """Run `git rev-parse` in a folder; it may fail.

    A folder that looks like a bare repository is taken for none where git has a setting for that
    (2.38 and later): anybody's content may look like that, configuration included.
    """
    settings = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")
    argv = ["git", *settings, "rev-parse", *questions]
    return await run_command(
        argv, cwd=folder, env=user_environment(), timeout=_SECONDS, check=False
    )


def _refuse_other_repository(workspace: Path, folder: str) -> None:
    for level in accumulate(folder.split("/"), "{}/{}".format):
        place = workspace / level
        if os.path.lexists(place / ".git"):
            raise WorkspaceInvalid(
                f"{place} is a repository of its own, a submodule perhaps",
                next_step=f"work there (--workspace {place}), or move its .git away",
            )


def _no_repository(workspace: Path, errors: str) -> WorkspaceInvalid:
    evidence = errors.splitlines()[-8:]
    if "not a git repository (or any" in errors:
        return WorkspaceInvalid(
            f"{workspace} is in no git repository",
            next_step="run `git init` there, or use --no-commit",
        )
    if "not a git repository" in errors:
        return WorkspaceInvalid(
            f"{workspace} says that its repository is elsewhere, and there is none",
            evidence=evidence,
            next_step="mend its file .git (`git worktree repair`, or `git submodule update --init` "
            "above it), or use --no-commit",
        )
    step = "mend what git says, or use --no-commit"
    if "dubious ownership" in errors:
        trusted = re.search(r"git config --global --add safe\.directory .+", errors)
        step = f"if you trust it: `{trusted[0] if trusted else 'git config safe.directory'}`"
    return WorkspaceInvalid(f"git cannot work in {workspace}", evidence=evidence, next_step=step)
