"""Committing once: look for the commit, plan it, make it, move the branch by compare and swap.

A commit becomes visible in one instant, when the branch moves from the parent that it was made on.
A process killed before leaves objects that nothing names; after a kill behind it the commit is
found by its trailer. The date comes from the plan, so that a repetition makes the same commit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from provisioner.errors import CommandFailed, ProvisionerError, WorkspaceInvalid
from provisioner.git.change import TRAILER, Change
from provisioner.git.head import committable, read_ref
from provisioner.git.identity import Identity, read_identity
from provisioner.git.index import update_index
from provisioner.git.plumbing import Git
from provisioner.git.records import Commit, CommitIntent
from provisioner.git.tree import list_folder, overlay

_ATTEMPTS = 10
_LOOK_BACK = 1_000


async def plan(git: Git, change: Change, seconds_since_1970: float) -> CommitIntent:
    """See `Repository.prepare_commit`."""
    branch, tip = await committable(git)
    return await _plan(git, change, branch, tip, _date(seconds_since_1970))


async def rewritten(git: Git, sha: str, folder: str, branch: str) -> str:
    """See `Repository.rewritten`."""
    tip = await read_ref(git, branch)
    if tip is None or await read_ref(git, sha) != sha:
        return sha
    if await git.succeeds("merge-base", "--is-ancestor", sha, tip):
        return sha
    [key, *_] = await git.lines(
        "show", "-s", f"--format=%(trailers:key={TRAILER},valueonly)%x00", sha
    )
    found = await _find(git, branch, tip, key.strip(), None) if key.strip() else None
    if found is None or await list_folder(git, sha, folder) != await list_folder(git, tip, folder):
        return sha
    return found.sha


async def make(
    git: Git, change: Change, now: Callable[[], float], recorded: CommitIntent | None
) -> Commit:
    """See `Repository.commit_folder`."""
    if recorded and recorded.digest != change.digest:
        raise ProvisionerError(
            f"the commit {change.effect_key} was planned with other files or another message",
            next_step="start a new run: this one was changed while it was interrupted",
        )
    first = recorded
    for _ in range(_ATTEMPTS):
        branch, tip = await committable(git)
        _same_branch(branch, first)
        if found := await _find(git, branch, tip, change.effect_key, first):
            return await _catch_up(git, change, found, tip)
        # Nothing names a planned tree, so git may have collected it since.
        if first and first.parent == tip and await git.succeeds("cat-file", "-e", first.tree):
            intent = first
        else:
            if first:
                await _refuse_overtaken(git, change, first.parent, tip)
            intent = await _plan(git, change, branch, tip, first.date if first else _date(now()))
            first = first or intent
        before = await list_folder(git, tip, change.folder)
        after = await list_folder(git, intent.tree, change.folder)
        if tip and before == after:
            return Commit(tip, await read_ref(git, f"{tip}~1"), branch, created=False)
        identity = await read_identity(git)
        made = await _commit(git, change, intent, identity)
        if await _moved(git, change, made, identity):
            warning = await update_index(git, change.folder, before, after, just_made=True)
            return replace(made, warning=warning)
    raise ProvisionerError(
        f"{branch} moved {_ATTEMPTS} times while the commit was made",
        next_step="run again when nothing else commits there",
    )


async def _plan(git: Git, change: Change, branch: str, tip: str | None, date: str) -> CommitIntent:
    tree = await overlay(git, tip, change.folder, change.files, change.removed)
    return CommitIntent(branch, tip, date, tree, change.digest)


def _date(seconds_since_1970: float) -> str:
    return f"@{int(seconds_since_1970)} +0000"


async def _find(
    git: Git, branch: str, tip: str | None, effect_key: str, recorded: CommitIntent | None
) -> Commit | None:
    """The commit of the branch that carries the key.

    With a recorded plan, everything committed since is searched; without one, the last 1,000.
    """
    if tip is None:
        return None
    line = f"{TRAILER}: {effect_key}"
    bound = [f"--max-count={_LOOK_BACK}"]
    if recorded:
        # --ignore-missing: the parent was rewritten, and its object collected, since.
        bound = ["--ignore-missing", f"^{recorded.parent}"] if recorded.parent else []
    # The first NUL ends git's own line on a commit, the second one ours.
    records = await git.lines("rev-list", "--format=%x00%H %P%n%B%x00", *bound, tip)
    for record in records[1::2]:
        about, _, message = record.partition("\n")
        if line in message.splitlines():
            sha, *parents = about.split()
            return Commit(sha, parents[0] if parents else None, branch, created=False)
    return None


async def _commit(git: Git, change: Change, intent: CommitIntent, identity: Identity) -> Commit:
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), intent.date)
    parents = ["-p", intent.parent] if intent.parent else []
    arguments = ["commit-tree", intent.tree, *parents, "-F", "-"]
    message, env = change.message.encode(), {**identity.environment, **dates}
    signed = identity.signing is not None
    try:
        if identity.signing is None:
            done = await git.run(*arguments, stdin=message, env=env)
        else:
            arguments = [*identity.signing, *arguments, "-S"]
            done = await git.run_as_user(*arguments, stdin=message, env=env)
    except CommandFailed as error:
        if not signed:
            raise
        raise ProvisionerError(
            "your git configuration asks for signed commits, and signing failed",
            evidence=error.evidence,
            next_step="unlock the key (`echo test | gpg --clearsign`, or `ssh-add`) and run again",
        ) from error
    sha = done.stdout.decode().strip()
    return Commit(sha, intent.parent, intent.branch, created=True, signed=signed)


async def _moved(git: Git, change: Change, made: Commit, identity: Identity) -> bool:
    """Move the branch to the new commit if it still is where the commit was made on."""
    done = await git.run(
        "update-ref",
        "-m",
        "commit: " + change.message.partition("\n")[0],
        made.branch,
        made.sha,
        made.parent or "",
        env=identity.environment,  # for the reflog
        check=False,
    )
    if not done.exit_code:
        return True
    if await read_ref(git, made.branch) == made.parent:
        raise ProvisionerError(
            f"{made.branch} cannot be moved",
            evidence=done.output_tail.splitlines(),
            next_step="if a file it names ends in .lock and no git process runs, remove that file",
        )
    return False


async def _catch_up(git: Git, change: Change, found: Commit, tip: str | None) -> Commit:
    """Update the index for a commit whose process was killed before it could."""
    after = await list_folder(git, found.sha, change.folder)
    if await list_folder(git, tip, change.folder) != after:
        return found  # the user went on from there
    before = await list_folder(git, found.parent, change.folder)
    warning = await update_index(git, change.folder, before, after, just_made=False)
    return replace(found, warning=warning)


def _same_branch(branch: str, planned: CommitIntent | None) -> None:
    if planned and planned.branch != branch:
        name = planned.branch.removeprefix("refs/heads/")
        raise WorkspaceInvalid(
            f"the commit was planned on {planned.branch}, and {branch} is checked out now",
            next_step=f"`git switch {name}`, then resume",
        )


async def _refuse_overtaken(
    git: Git, change: Change, planned_on: str | None, tip: str | None
) -> None:
    """Refuse where somebody changed the same files since the plan."""
    then = await list_folder(git, planned_on, change.folder)
    now = await list_folder(git, tip, change.folder)
    paths = (f"{change.folder}/{name}" for name in (*change.files, *change.removed))
    others = [path for path in paths if then.get(path) != now.get(path)]
    if others:
        raise WorkspaceInvalid(
            f"{', '.join(others)} changed in {tip} while the commit was prepared",
            next_step="look at that commit, then start a new run",
        )
