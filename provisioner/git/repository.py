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
from provisioner.git import secrets
from provisioner.git.hooks import Hooks
from provisioner.git.plumbing import Git, user_environment
from provisioner.git.records import Change, Commit, CommitIntent, Push, check_path
from provisioner.git.remote import choose as remotes
from provisioner.git.remote import push as pushes
from provisioner.git.remote.rebase import rebase
from provisioner.git.tree import check_levels
from provisioner.git.worktree import uncommitted
from provisioner.process import ToolMissing, run_command

_SECONDS = 30.0


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
        return await remotes.address(self.git)

    async def push_url(self, branch: str | None = None, remote: str = "") -> str:
        """Read the address that a push would go to, with git's rewriting; "" without a remote."""
        target = await remotes.find_target(self.git, branch, remote)
        return await remotes.url_of(self.git, target) if target else ""

    async def check_committable(self, folder: str, branch: str | None = None) -> None:
        """Raises WorkspaceInvalid where no commit of a folder can be made, e.g. in a submodule."""
        _, tip = await commits.committable(self.git, branch)
        place = self._place(folder)
        _refuse_other_repository(self.workspace, folder)
        await check_levels(self.git, tip, place)

    async def check_pushable(self, branch: str | None = None, remote: str = "") -> None:
        """Raises WorkspaceInvalid where it is ambiguous or wrong which remote to push to."""
        await remotes.find_target(self.git, branch, remote)

    async def uncommitted(self, folder: str) -> list[str]:
        """List the files of a folder that HEAD does not have as they are; paths in the folder.

        Files of HEAD that are gone count, and such as are staged as something that neither HEAD
        nor the working tree has. git reads no file, and runs nothing.
        """
        return await uncommitted(self.git, self._place(folder))

    async def committed(self, folder: str, names: Collection[str]) -> dict[str, bytes]:
        """Read files of a folder in HEAD; contents by name, without those that HEAD lacks."""
        place = self._place(folder)
        found = {}
        for name in names:
            done = await self.git.run("cat-file", "blob", f"HEAD:{place}/{name}", check=False)
            if not done.exit_code:
                found[name] = done.stdout
        return found

    async def prepare_commit(self, change: Change, branch: str | None = None) -> CommitIntent:
        """Plan what `commit_folder` would make now, to be journaled before it is called."""
        change = replace(change, folder=self._place(change.folder))
        return await commits.plan(self.git, change, self.now(), branch)

    async def commit_folder(
        self, change: Change, recorded: CommitIntent | None = None, branch: str | None = None
    ) -> Commit:
        """Commit these files of one folder, and nothing else, once.

        The commit is HEAD's tree with the change's files put in; whatever else the user has
        staged or changed stays as it is. Where the branch has a commit with the effect's key, that
        is returned; where HEAD has these very files already, HEAD is.

        Args:
            recorded: what `prepare_commit` returned, for a repetition.
            branch: full name of the branch to commit on, which need not be there; None is the one
                that is checked out. On another one, neither checkout nor index is touched.

        Raises:
            SigningFailed: the user's git signs, and it cannot be done now.
            WorkspaceInvalid: HEAD is detached, a merge or rebase under way, another branch than
                planned checked out; or somebody else committed the same files.
            ProvisionerError: the plan is another request's, the branch is locked or keeps moving.
        """
        change = replace(change, folder=self._place(change.folder))
        return await commits.make(self.git, change, self.now(), recorded, branch)

    async def message(self, commit_sha: str) -> str:
        """Read a commit's message."""
        return await self.git.text("show", "-s", "--no-show-signature", "--format=%B", commit_sha)

    async def refuse_secrets(self, change: Change) -> None:
        """Raises SecretFound where the files or the message hold a key that is not allowed.

        Allowed is what `.secrets.baseline` in the top of HEAD names.
        """
        done = await self.git.run("cat-file", "blob", f"HEAD:{secrets.BASELINE}", check=False)
        allowed = secrets.read_baseline(done.stdout.decode("utf-8", "replace"))
        place = self._place(change.folder)
        files = {f"{place}/{name}": data for name, data in change.files.items()}
        message = {"the commit's message": change.message.encode()}
        secrets.refuse_secrets({**files, **message}, allowed)

    async def before_commit(self, hooks: Hooks, change: Change, branch: str | None) -> Change:
        """Run the hook pre-commit on a change; see `Hooks.before_commit`."""
        intent = await self.prepare_commit(change, branch)
        placed = replace(change, folder=self._place(change.folder))
        hooked = await hooks.before_commit(placed, intent.parent, intent.tree)
        return replace(hooked, folder=change.folder)

    async def on_message(self, hooks: Hooks, change: Change, branch: str | None) -> Change:
        """Run the hook commit-msg on a change; see `Hooks.on_message`."""
        return await hooks.on_message(change, lambda: self.prepare_commit(change, branch))

    async def unpushed(
        self, *, branch: str | None = None, remote: str = "", seconds: float = 10.0
    ) -> list[str]:
        """List the user's commits below HEAD that the remote lacks: abbreviated hash, subject.

        This tool's own commits are left out. An empty list where there is no remote, it does not
        answer, or went on: `push` looks again.
        """
        return await pushes.unpushed(self.git, pushes.Asked("HEAD", branch, seconds, remote))

    async def push(
        self,
        commit_sha: str,
        *,
        branch: str | None = None,
        seconds: float = 120.0,
        remote: str = "",
        with_mine: bool = False,
        hooks: Hooks | None = None,
        to: str = "",
    ) -> Push | None:
        """Push a commit to the remote's branch of the same name, unless the remote has it.

        Never forced, no question is asked. None where there is no remote.

        Args:
            branch: full name; None is the one that is checked out.
            seconds: how long each exchange with the remote may take.
            remote: its name; "" is the one that git itself would choose.
            with_mine: whether commits of the user's below it go along.
            hooks: run pre-push where they are given.
            to: full name of another branch there than the one of the same name.

        Raises:
            HookRefused: the hook pre-push refuses.
            UnpushedCommits: the user's own commits would go along.
            RemoteMoved: somebody else pushed to that branch; `rebased` makes the commit anew.
            PushRejected: a hook there declines.
            RemoteDenied: it refuses the credentials, or the right to push to that branch.
            RemoteInvalid: there is no repository, or its address cannot work.
            RemoteUnreachable: it does not answer, which may pass.
            WorkspaceInvalid: there is no such commit or branch, or the remote is ambiguous.
        """
        asked = pushes.Asked(commit_sha, branch, seconds, remote, with_mine, to)
        return await pushes.push(self.git, asked, hooks)

    async def rebased(
        self, commit_sha: str, *, branch: str, folder: str, remote: str = "", seconds: float = 120.0
    ) -> str:
        """Make a commit anew on what the remote's branch has by now; gives its hash.

        The user's branch, index and working tree stay as they are: `git pull --rebase` drops the
        commit that they have, since the new one makes the same change. Where the remote has one of
        the same effect already, that is given.

        Raises:
            PushRejected: what the remote got since changes the same files.
        """
        asked = pushes.Asked(commit_sha, branch, seconds, remote)
        return await rebase(self.git, asked, self._place(folder))

    async def rewritten(self, commit_sha: str, *, folder: str, branch: str) -> str:
        """Find the commit that a branch (full name) has now for one that was made there.

        A rebase makes another one of it, with the same key, which counts as long as the folder
        holds the same; with anything else in there it is the user's work.
        """
        return await commits.rewritten(self.git, commit_sha, self._place(folder), branch)

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
        now: seconds since 1970, for new commits.
        lock_seconds: how long to wait for a lock of another git process.

    Raises:
        WorkspaceInvalid: there is none, it is bare, or git does not trust it.
        ToolMissing: git is not installed.
    """
    # A folder that looks like a bare repository is taken for none where git has a setting for that
    # (2.38 and later): anybody's content may look like that, configuration included.
    asked = await run_command(
        [
            *("git", "-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit"),
            *("rev-parse", "--show-object-format", "--absolute-git-dir", "--is-bare-repository"),
            *("--is-inside-git-dir", "--show-prefix", "--show-toplevel"),
        ],
        cwd=workspace,
        env=user_environment(),
        timeout=_SECONDS,
        check=False,
    )
    lines = os.fsdecode(asked.stdout).split("\n")[:-1]
    errors = asked.stderr.decode(errors="replace")
    if "true" in lines[2:4] or "cannot use bare repository" in errors:
        why = f"{workspace} is in a bare repository or in git's own folder"
        step = "use a clone with a working tree, or --no-commit"
    elif "not a git repository (or any" in errors:
        why = f"{workspace} is in no git repository"
        step = "run `git init` there, or use --no-commit"
    elif "not a git repository" in errors:
        why = f"{workspace} says that its repository is elsewhere, and there is none"
        step = (
            "mend its file .git (`git worktree repair`, or `git submodule update --init` above "
            "it), or use --no-commit"
        )
    elif asked.exit_code:
        why, step = f"git cannot work in {workspace}", "mend what git says, or use --no-commit"
        if trusted := re.search(r"git config --global --add safe\.directory .+", errors):
            step = f"if you trust it: `{trusted[0]}`"
    elif len(lines) != 6:
        why = f"the path of {str(workspace)!r} or of git's folder has a line break in it"
        step = "rename that folder, or use --no-commit"
    else:
        object_format, git_dir, _, _, prefix, toplevel = lines
        git = Git(Path(git_dir), Path(toplevel), object_format, lock_seconds)
        return Repository(git.toplevel / prefix, prefix, git, now)
    raise WorkspaceInvalid(why, evidence=errors.splitlines()[-8:], next_step=step)


async def find_toplevel(folder: Path) -> Path | None:
    """Find the top of the working tree that a folder is in.

    None where it is in none, git is not there, or git refuses the repository, e.g. since somebody
    else owns it: then nothing above the folder is to be trusted.
    """
    try:
        return (await open_repository(folder)).git.toplevel
    except (WorkspaceInvalid, ToolMissing):
        return None


async def init_repository(folder: Path) -> None:
    """Make an empty repository with the branch main; nothing happens where there is one."""
    argv = ["git", "init", "--quiet", "--initial-branch=main", "--template="]
    await run_command(argv, cwd=folder, env=user_environment(), timeout=_SECONDS)


def _refuse_other_repository(workspace: Path, folder: str) -> None:
    for level in accumulate(folder.split("/"), "{}/{}".format):
        place = workspace / level
        if os.path.lexists(place / ".git"):
            raise WorkspaceInvalid(
                f"{place} is a repository of its own, a submodule perhaps",
                next_step=f"work there (--workspace {place}), or move its .git away",
            )
