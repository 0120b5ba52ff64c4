"""Committing once: look for the commit, plan it, make it, move the branch by compare and swap.

A commit becomes visible in one instant, when the branch moves from the parent that it was made on.
A process killed before leaves objects that nothing names; after a kill behind it the commit is
found by its trailer. The date comes from the plan, so that a repetition makes the same commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from provisioner.errors import CommandFailed, ProvisionerError, SigningFailed, WorkspaceInvalid
from provisioner.git.plumbing import Git
from provisioner.git.records import TRAILER, Change, Commit, CommitIntent
from provisioner.git.tree import list_folder, write_tree
from provisioner.git.worktree import update_index
from provisioner.process.environment import clean_environment

_ATTEMPTS = 10
_LOOK_BACK = 1_000
_UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
}
TOOL_NAME = "ai-assisted-deploy"
_FALLBACK = {"name": TOOL_NAME, "email": f"{TOOL_NAME}@localhost"}
_KEYS = r"^(user|author|committer)\.(name|email)$|^user\.signingkey$|^commit\.gpgsign$|^gpg\."
_OWN = ("system", "global", "command")  # where programs may be named
_TRUE = ("true", "yes", "on", "1", "")
# What signs unless the user's own configuration says otherwise; a repository's must not.
_SIGNERS = {
    "gpg.program": "gpg",
    "gpg.ssh.program": "ssh-keygen",
    "gpg.x509.program": "gpgsm",
    "gpg.ssh.defaultkeycommand": "",
}


async def committable(git: Git, onto: str | None = None) -> tuple[str, str | None]:
    """Read the branch to commit on, and the commit to make it on.

    Args:
        onto: full name of a branch; one that is new begins at HEAD. None is the one checked out.

    Raises:
        WorkspaceInvalid: none can be made. On a detached HEAD, the next checkout would lose it, and
            nothing could be pushed.
    """
    if onto is not None and onto != await git.branch():
        return onto, await _start_of(git, onto)
    for name, what in _UNDER_WAY.items():
        if (git.git_dir / name).exists():
            raise WorkspaceInvalid(
                f"{what} is under way in {git.toplevel}",
                next_step="finish or abort it, then run again; or use --no-commit",
            )
    branch = await git.branch()
    if branch is None:
        raise WorkspaceInvalid(
            f"HEAD of {git.toplevel} is detached: a commit would be on no branch",
            next_step="check out a branch (`git switch -c NAME`), or use --no-commit",
        )
    return branch, await git.commit(branch)


async def _start_of(git: Git, branch: str) -> str | None:
    """The commit of a branch that is not checked out here, HEAD's where it is new."""
    if not await git.succeeds("check-ref-format", branch):
        raise WorkspaceInvalid(
            f"{branch.removeprefix('refs/heads/')!r} cannot be the name of a branch",
            next_step="mend git.branch in deployment.yaml",
        )
    if elsewhere := await git.text("for-each-ref", "--format=%(worktreepath)", branch):
        raise WorkspaceInvalid(
            f"{branch} is checked out in {elsewhere}, whose files a commit would leave behind",
            next_step="run there, or name another git.branch",
        )
    return await git.commit(branch) or await git.commit()


async def plan(
    git: Git, change: Change, seconds_since_1970: float, onto: str | None
) -> CommitIntent:
    """See `Repository.prepare_commit`."""
    branch, tip = await committable(git, onto)
    return await _plan(git, change, branch, tip, f"@{int(seconds_since_1970)} +0000")


async def rewritten(git: Git, sha: str, folder: str, branch: str) -> str:
    """See `Repository.rewritten`."""
    tip = await git.commit(branch)
    if tip is None or await git.commit(sha) != sha:
        return sha
    if await git.succeeds("merge-base", "--is-ancestor", sha, tip):
        return sha
    form = f"--format=%(trailers:key={TRAILER},valueonly)"
    key = await git.text("show", "-s", "--no-show-signature", form, sha)
    found = await find(git, branch, tip, key, None) if key else None
    if found is None or await list_folder(git, sha, folder) != await list_folder(git, tip, folder):
        return sha
    return found.sha


async def make(
    git: Git,
    change: Change,
    seconds_since_1970: float,
    recorded: CommitIntent | None,
    onto: str | None,
) -> Commit:
    """See `Repository.commit_folder`."""
    planned = recorded or await plan(git, change, seconds_since_1970, onto)
    if planned.digest != change.digest:
        raise ProvisionerError(
            f"the commit {change.effect_key} was planned with other files or another message",
            next_step="start a new run: this one was changed while it was interrupted",
        )
    for _ in range(_ATTEMPTS):
        branch, tip = await committable(git, onto)
        if planned.branch != branch:
            raise WorkspaceInvalid(
                f"the commit was planned on {planned.branch}, and {branch} is checked out now",
                next_step=f"`git switch {planned.branch.removeprefix('refs/heads/')}`, then resume",
            )
        if found := await find(git, branch, tip, change.effect_key, recorded):
            return await _catch_up(git, change, found, tip)
        intent = planned
        # Nothing names a planned tree, so git may have collected it since.
        if planned.parent != tip or not await git.succeeds("cat-file", "-e", planned.tree):
            await _refuse_overtaken(git, change, planned.parent, tip)
            intent = await _plan(git, change, branch, tip, planned.date)
        before = await list_folder(git, tip, change.folder)
        after = await list_folder(git, intent.tree, change.folder)
        if tip and before == after:
            return Commit(tip, await git.commit(f"{tip}~1"), branch, created=False)
        who, signing = await identity(git)
        made = await commit_tree(git, intent, change.message, who, signing)
        if await _moved(git, change, made, who):
            if branch != await git.branch():
                return made
            warning = await update_index(git, change.folder, before, after, every=True)
            return replace(made, warning=warning)
    raise ProvisionerError(
        f"{planned.branch} moved {_ATTEMPTS} times while the commit was made",
        next_step="run again when nothing else commits there",
    )


async def _plan(git: Git, change: Change, branch: str, tip: str | None, date: str) -> CommitIntent:
    tree = await write_tree(git, tip, change.folder, change.files)
    return CommitIntent(branch, tip, date, tree, change.digest)


async def find(
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
    records = await git.records("rev-list", "--format=%x00%H %P%n%B%x00", *bound, tip)
    for record in records[1::2]:
        about, _, message = record.partition("\n")
        if line in message.splitlines():
            sha, *parents = about.split()
            return Commit(sha, parents[0] if parents else None, branch, created=False)
    return None


async def identity(git: Git) -> tuple[dict[str, str], tuple[str, ...]]:
    """GIT_AUTHOR_NAME and its three siblings; the options that make git sign, () for none.

    Names, and whether and with which key is signed, come from the environment, else from any
    configuration, as with git itself. The programs that sign are those of the user's or the
    machine's configuration alone: a repository must not name one.
    """
    every: dict[str, str] = {}
    own: dict[str, str] = {}
    printed = await git.settings(_KEYS, "--show-scope")
    for scope, line in zip(printed[0::2], printed[1::2], strict=True):
        key, _, value = line.partition("\n")
        every[key] = value
        if scope in _OWN:
            own[key] = value
    environment = {}
    for role in ("author", "committer"):
        for what, fallback in _FALLBACK.items():
            configured = every.get(f"{role}.{what}") or every.get(f"user.{what}")
            environment[f"GIT_{role}_{what}".upper()] = configured or fallback
    given = clean_environment(inherit=environment)
    environment |= {name: given[name] for name in environment if name in given}
    if every.get("commit.gpgsign", "false").lower() not in _TRUE:
        return environment, ()
    chosen = {key: own.get(key, signer) for key, signer in _SIGNERS.items()}
    chosen |= {key: every[key] for key in ("user.signingkey", "gpg.format") if key in every}
    options = tuple(word for key, value in chosen.items() for word in ("-c", f"{key}={value}"))
    return environment, options


async def commit_tree(
    git: Git,
    intent: CommitIntent,
    message: str,
    who: dict[str, str],
    signing: tuple[str, ...],
) -> Commit:
    """Make the commit that is planned, signed where the user's git signs."""
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), intent.date)
    parents = ["-p", intent.parent] if intent.parent else []
    sign = ["-S"] if signing else []
    try:
        done = await git.run(
            *(*signing, "commit-tree", intent.tree, *parents, "-F", "-", *sign),
            as_user=bool(signing),
            stdin=message.encode(),
            env=who | dates,
        )
    except CommandFailed as error:
        if not signing:
            raise
        raise _not_signed(error.evidence) from error
    sha = done.stdout.decode().strip()
    if signing and "\ngpgsig" not in await git.text("cat-file", "commit", sha):
        raise _not_signed(signing[1::2])
    return Commit(sha, intent.parent, intent.branch, created=True)


def _not_signed(evidence: Sequence[str]) -> SigningFailed:
    return SigningFailed(
        "your git configuration asks for signed commits, and signing failed",
        evidence=evidence,
        next_step="unlock the key (`echo test | gpg --clearsign`, or `ssh-add`), or name one in "
        "user.signingkey; then go on with --recovery-mode",
    )


async def _moved(git: Git, change: Change, made: Commit, who: dict[str, str]) -> bool:
    """Move the branch to the new commit if it still is where the commit was made on."""
    there = await git.commit(made.branch)
    if there not in (None, made.parent):
        return False
    reason = "commit: " + change.message.partition("\n")[0]
    done = await git.run(
        *("update-ref", "-m", reason, made.branch, made.sha, there or ""),
        env=who,  # for the reflog
        check=False,
    )
    if done.exit_code and await git.commit(made.branch) == there:
        raise ProvisionerError(
            f"{made.branch} cannot be moved",
            evidence=done.output_tail.splitlines(),
            next_step="if a file it names ends in .lock and no git process runs, remove that file",
        )
    return not done.exit_code


async def _catch_up(git: Git, change: Change, found: Commit, tip: str | None) -> Commit:
    """Update the index for a commit whose process was killed before it could."""
    after = await list_folder(git, found.sha, change.folder)
    if await list_folder(git, tip, change.folder) != after:
        return found  # the user went on from there
    if found.branch != await git.branch():
        return found
    before = await list_folder(git, found.parent, change.folder)
    warning = await update_index(git, change.folder, before, after, every=False)
    return replace(found, warning=warning)


async def _refuse_overtaken(
    git: Git, change: Change, planned_on: str | None, tip: str | None
) -> None:
    """Refuse where somebody changed the same files since the plan."""
    then = await list_folder(git, planned_on, change.folder)
    now = await list_folder(git, tip, change.folder)
    paths = (f"{change.folder}/{name}" for name in change.files)
    others = [path for path in paths if then.get(path) != now.get(path)]
    if others:
        raise WorkspaceInvalid(
            f"{', '.join(others)} changed in {tip} while the commit was prepared",
            next_step="look at that commit, then start a new run",
        )
