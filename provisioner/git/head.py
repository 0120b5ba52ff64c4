"""What is checked out, and whether a commit may be made on it."""

from __future__ import annotations

from provisioner.errors import WorkspaceInvalid
from provisioner.git.plumbing import Git
from provisioner.git.records import Head

_UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
}


async def read_head(git: Git) -> Head:
    """Read which branch and commit are checked out."""
    link = await git.run("symbolic-ref", "--quiet", "HEAD", check=False)
    branch = link.stdout.decode().strip() or None
    return Head(branch, await read_ref(git, branch or "HEAD"))


async def read_ref(git: Git, name: str) -> str | None:
    """Resolve a reference to its commit, None where there is none."""
    done = await git.run("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}", check=False)
    return done.stdout.decode().strip() or None


async def committable(git: Git) -> tuple[str, str | None]:
    """Read the branch to commit on, and its commit.

    Raises:
        WorkspaceInvalid: a merge or the like is under way, or HEAD is detached: the next checkout
            would lose the commit, and nothing could be pushed.
    """
    for name, what in _UNDER_WAY.items():
        if (git.git_dir / name).exists():
            raise WorkspaceInvalid(
                f"{what} is under way in {git.toplevel}",
                next_step="finish or abort it, then run again; or use --no-commit",
            )
    head = await read_head(git)
    if head.branch is None:
        raise WorkspaceInvalid(
            f"HEAD of {git.toplevel} is detached: a commit would be on no branch",
            next_step="check out a branch (`git switch -c NAME`), or use --no-commit",
        )
    return head.branch, head.sha
