"""await_ci: the workflow runs that the push has started, watched to their end."""

from __future__ import annotations

from io import BytesIO

from langgraph.runtime import Runtime

from assistant.diagnosis.diagnose import diagnose
from assistant.diagnosis.last_good import LastGood
from assistant.kinds import Kind
from graph.config.models import DeploymentConfig
from graph.deps import Deps
from graph.errors import ApprovalNeeded
from graph.events import Noted
from graph.failure import Failure, failed_step
from graph.state import DeploymentState, StateUpdate
from provisioner.ci.base import Unwatched
from provisioner.ci.watch import Terms, Verdict, Watch
from provisioner.errors import ProvisionerError
from provisioner.feature.packages.requirements import own_module
from provisioner.git.repository import Repository

STEP = "await_ci"
# Ends that are neither a success nor a failure: nothing was checked.
_SKIPPED = ("not_run", "no_workflow", "disabled")


async def await_ci(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Watch the runs of exactly the pushed commit; success alone is success."""
    deps = runtime.context
    verdict = await watched(state, deps, terms_of(deps.settings))
    if isinstance(verdict, Unwatched):
        return {"skipped": True, "note": verdict.why}
    if state["pull_request"] and deps.repository:
        await _comment(deps, deps.repository, state, verdict)
    if verdict.end == "passed":
        return {"note": f"{verdict.summary}, {verdict.url}"}
    if verdict.end in _SKIPPED:
        return {"skipped": True, "note": verdict.summary}
    if verdict.end == "approval":
        raise ApprovalNeeded(
            verdict.summary,
            next_step=f"approve it at {verdict.url}, then resume",
            evidence=verdict.evidence,
        )
    failure = workflow_failure(state, verdict)
    update: StateUpdate = {"failure": failure, "note": verdict.summary}
    if failure.get("action") is None:
        update["feedback"] = deps.with_feedback(state, generate_main=verdict.log)
    return update


async def watched(state: DeploymentState, deps: Deps, terms: Terms) -> Verdict | Unwatched:
    """How the runs of the pushed commit ended, or why nothing watches it."""
    repository = deps.repository
    if repository is None or not state["pushed"]:
        return Unwatched("nothing was pushed")
    provider = deps.ci(await repository.push_url(state["branch"], deps.settings.git.remote))
    if isinstance(provider, Unwatched):
        return provider
    watch = Watch(
        provider,
        state["commit"],
        state["branch"].removeprefix("refs/heads/"),
        terms,
        lambda line: deps.emit(Noted(f"  {line}")),
        deps.sleep,
    )
    try:
        return await watch.run()
    finally:
        await provider.aclose()


async def _comment(
    deps: Deps, repository: Repository, state: DeploymentState, verdict: Verdict
) -> None:
    """Say on the pull request how the watch ended."""
    pulls = deps.pulls(await repository.push_url(state["branch"], deps.settings.git.remote))
    if isinstance(pulls, Unwatched):
        return
    evidence = "\n".join(f"    {line}" for line in verdict.evidence)
    text = f"{verdict.end.replace('_', ' ')}: {verdict.summary} {verdict.url}\n\n{evidence}"
    try:
        await pulls.comment(state["pull_request"], text.strip())
    except ProvisionerError as error:
        deps.emit(Noted(f"no comment on the pull request: {error}"))
    finally:
        await pulls.aclose()


def terms_of(settings: DeploymentConfig) -> Terms:
    github = settings.github
    return Terms(
        poll_seconds=github.poll_interval_seconds,
        grace_seconds=github.grace_seconds,
        deadline_seconds=github.max_wait_minutes * 60,
        fetch_logs=github.fetch_logs_on_failure,
    )


def workflow_failure(state: DeploymentState, verdict: Verdict) -> Failure:
    """The failure by the line of the log that proves its cause, where one does.

    Only a log that speaks of the feature can have its code mended; anything else is a person's.
    """
    good = LastGood(BytesIO(verdict.good.encode())) if verdict.good else None
    own = own_module(state["feature"])
    found = diagnose(verdict.whole, good, own=own) if verdict.log else None
    ours = f"behaviors/{state['feature']}" in verdict.log
    kind: Kind = found.kind if found else "unknown" if ours else "github_action_failed"
    if verdict.end == "unknown":
        kind = "network_error"
    failure = failed_step(
        STEP,
        kind,
        f"{verdict.summary}: {found.line}" if found else verdict.summary,
        evidence=[found.line, *verdict.evidence] if found else verdict.evidence,
        detail=verdict.log or "\n".join(verdict.evidence),
        next_step=f"{verdict.next}: {verdict.url}" if verdict.url else verdict.next,
    )
    if not ours and verdict.end != "unknown":
        failure["action"] = "FAIL"
    return failure
