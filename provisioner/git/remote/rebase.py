"""Our commit made anew on what somebody else has pushed since.

Only the commit that goes to the remote is new. A branch that is checked out stays where it is: to
move it, the user's files would have to change under their hands.
"""

from __future__ import annotations

from provisioner.errors import PushRejected, WorkspaceInvalid
from provisioner.git.commit import commit_tree, find, identity
from provisioner.git.plumbing import Git
from provisioner.git.records import TRAILER, CommitIntent
from provisioner.git.remote.choose import find_target
from provisioner.git.remote.push import Asked, fetch, heads
from provisioner.git.tree import list_folder, put_entries

_BY_HAND = "`git pull --rebase --autostash`, mend it there, then go on with --recovery-mode"


async def rebase(git: Git, asked: Asked, folder: str) -> str:
    """See `Repository.rebased`; the folder is relative to the repository."""
    sha = asked.sha
    target = await find_target(git, asked.branch, asked.remote)
    tip = (await heads(git, target, asked.seconds)).get(target.ref) if target else None
    if target is None or tip is None:
        raise WorkspaceInvalid("the branch is gone from the remote", next_step="run again")
    await fetch(git, target, target.addresses[0], asked.seconds)
    ours, theirs = await list_folder(git, sha, folder), await list_folder(git, tip, folder)
    key = await git.text("show", "-s", "--no-show-signature", _trailer(), sha)
    if key and (found := await find(git, target.ref, tip, key, None)):
        if await list_folder(git, found.sha, folder) == ours:
            return found.sha  # it arrived, and the answer was lost
        raise _conflict(tip, f"{found.sha} says that it is this very commit, and holds others")
    parent = await git.commit(f"{sha}~1")
    before = await list_folder(git, parent, folder)
    changed = {path: entry for path, entry in ours.items() if before.get(path) != entry}
    if parent and not await git.succeeds("merge-base", "--is-ancestor", parent, tip):
        raise _conflict(tip, "commits of yours are below the feature's")
    if others := [path for path in changed if before.get(path) != theirs.get(path)]:
        raise _conflict(tip, f"it changes {', '.join(others)} as well")
    tree = await put_entries(git, tip, changed)
    date = f"@{await git.text('show', '-s', '--no-show-signature', '--format=%at', sha)} +0000"
    message = await git.text("show", "-s", "--no-show-signature", "--format=%B", sha)
    who, signing = await identity(git)
    intent = CommitIntent(target.ref, tip, date, tree, "")
    made = await commit_tree(git, intent, f"{message}\n", who, signing)
    branch = asked.branch or target.ref
    if not await git.text("for-each-ref", "--format=%(worktreepath)", branch):
        await git.run("update-ref", "-m", "rebase", branch, made.sha, sha, env=who, check=False)
    return made.sha


def _trailer() -> str:
    return f"--format=%(trailers:key={TRAILER},valueonly)"


def _conflict(tip: str, why: str) -> PushRejected:
    return PushRejected(
        f"the remote's branch went on to {tip[:10]}, and {why}", evidence=[tip], next_step=_BY_HAND
    )
