"""push: the commit to the remote's branch, made anew where somebody else has pushed since."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.attempts import judge_attempt
from graph.deps import Deps
from graph.failure import Failure, failed_step
from graph.nodes.commit import hooks_of
from graph.state import DeploymentState, StateUpdate
from provisioner.ci.base import Unwatched
from provisioner.errors import BranchProtected, RemoteMoved
from provisioner.git.records import Push
from provisioner.git.repository import Repository
from provisioner.quality.hidden import Split

STEP = "push"
_MOST_REBASES = 3
_OWN = "refs/heads/ai-deploy"


async def push(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Send the commit to the remote, if there is one."""
    deps = runtime.context
    repository, branch = deps.repository, state["branch"]
    deps.effects.require_lock()
    if repository is None or not state["commit"]:
        return {"skipped": True, "note": "nothing was committed"}
    sha = await repository.rewritten(state["commit"], folder=deps.folder.relative, branch=branch)
    rebases = 0
    while True:
        try:
            pushed = await _pushed(deps, repository, sha, branch)
        except BranchProtected as error:
            return await _as_pull_request(state, deps, repository, sha, error)
        except RemoteMoved:
            if rebases == _MOST_REBASES:
                raise
            rebases += 1
            remote = deps.settings.git.remote
            folder = deps.folder.relative
            sha = await repository.rebased(sha, branch=branch, folder=folder, remote=remote)
            if failure := await _judged_again(state, deps):
                return {"failure": failure, "note": failure["summary"]}
            continue
        if pushed is None:
            return {"skipped": True, "note": "there is no remote"}
        note = f"{pushed.ref} at {pushed.remote}"
        if sha != state["commit"]:
            note = f"{note} as {sha[:10]}, on what was pushed there since; `git pull --rebase`"
        return {"pushed": True, "commit": sha, "note": note}


async def _as_pull_request(
    state: DeploymentState, deps: Deps, repository: Repository, sha: str, error: BranchProtected
) -> StateUpdate:
    """Push to a branch of the run's own, and open a pull request, where a token allows that."""
    remote, branch = deps.settings.git.remote, state["branch"]
    pulls = deps.pulls(await repository.push_url(branch, remote))
    if isinstance(pulls, Unwatched) or not deps.settings.github.pull_request:
        raise error
    own = f"{_OWN}/{state['feature']}-{state['run_id'].rpartition('-')[2]}"
    try:
        await _pushed(deps, repository, sha, branch, to=own)
        message = await repository.message(sha)
        made = await pulls.open(
            head=own.removeprefix("refs/heads/"),
            base=branch.removeprefix("refs/heads/"),
            title=message.partition("\n")[0],
            body=f"Run `{state['run_id']}` of ai-assisted-deploy.\n\n```\n{message.strip()}\n```",
        )
    finally:
        await pulls.aclose()
    return {
        "pushed": True,
        "commit": sha,
        "branch": own,
        "pull_request": made.number,
        "note": f"{branch} is protected: {own}, pull request {made.url}",
    }


async def _pushed(
    deps: Deps, repository: Repository, sha: str, branch: str, to: str = ""
) -> Push | None:
    settings = deps.settings.git
    return await repository.push(
        sha,
        branch=branch,
        remote=settings.remote,
        with_mine=settings.push_with_mine,
        hooks=hooks_of(deps, repository),
        to=to,
    )


async def _judged_again(state: DeploymentState, deps: Deps) -> Failure | None:
    """Judge the feature once more, as it is on the remote's history; the failure, if any."""
    tests, main = (deps.artefacts.get(state["files"][name]) for name in ("test.py", "main.py"))
    attempt = await judge_attempt(deps, state, tests, Split(tests), main)
    if attempt.accepted:
        return None
    return failed_step(
        STEP,
        "test_failed",
        f"on what was pushed since, main.py is not green: {attempt.note}",
        evidence=attempt.evidence,
        detail=attempt.feedback,
        signature=attempt.signature,
    )
