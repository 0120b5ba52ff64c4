"""Logs of earlier runs: fresh ones of a failed run, and the service's of the last good one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from assistant.diagnosis.diagnose import ErrorAnalysis, diagnose
from assistant.diagnosis.last_good import LastGood
from graph.deps import Deps
from graph.events import Noted
from graph.failure import Failure, failed_step, normalize_log
from graph.nodes.await_ci import STEP as AWAIT_CI
from graph.nodes.await_ci import watched, workflow_failure
from graph.state import DeploymentState
from ledger.runs import Runs
from ledger.text.counted import counted
from provisioner.ci.base import Unwatched
from provisioner.ci.watch import Terms
from provisioner.errors import ProvisionerError
from provisioner.feature.packages.requirements import own_module
from provisioner.files.workspace import Workspace
from provisioner.modes.base import Deployment
from provisioner.modes.health import log_tail

SERVICE_LOG: Final = "service.log"  # in the run's folder
_NOW = Terms(poll_seconds=0.0, grace_seconds=0.0, deadline_seconds=0.0)  # one look
_SERVICE = ("generate_service", "service_tests", "container_tests", "deploy", "health_check")


async def fresh_failure(state: DeploymentState, deps: Deps, failure: Failure) -> Failure:
    """The failure as fresh logs have it; as it was recorded where they say nothing of its step.

    Each log that was looked at is reported in a line.
    """
    ci = await _workflow(state, deps)
    running = await _deployment(state, deps)
    local = list(_files(deps.trial.target.log))
    own = own_module(state["feature"])
    found = [(source, text, _named(source, text, deps, own)) for source, text in [*running, *local]]
    if failure["step"] == AWAIT_CI:
        return ci or failure
    for source, text, analysis in found if failure["step"] in _SERVICE else ():
        if analysis:
            return failed_step(
                failure["step"],
                analysis.kind,
                f"{failure['summary']}; {source}: {analysis.line}",
                evidence=[analysis.line, *failure["evidence"]],
                detail=normalize_log(text),
                next_step=failure["next"],
            )
    return failure


async def _workflow(state: DeploymentState, deps: Deps) -> Failure | None:
    """The failure that the workflow runs of the pushed commit show now, None for none."""
    try:
        verdict = await watched(state, deps, _NOW)
    except ProvisionerError as error:
        deps.emit(Noted(f"no fresh log of the workflow: {error}"))
        return None
    if isinstance(verdict, Unwatched):
        deps.emit(Noted(f"no fresh log of the workflow: {verdict.why}"))
        return None
    deps.emit(Noted(f"the workflow now: {verdict.summary}"))
    return workflow_failure(state, verdict) if verdict.end == "failed" else None


async def _deployment(state: DeploymentState, deps: Deps) -> list[tuple[str, str]]:
    """The log of what the run deployed, by its source."""
    deployed = state["deployment"]
    if deployed is None or deps.provisioner is None:
        return []
    try:
        lines = await deps.provisioner.logs(Deployment.of_plain(deployed))
    except ProvisionerError as error:
        deps.emit(Noted(f"no fresh log of {deployed['id']}: {error}"))
        return []
    return [(f"the log of {deployed['id']}", "\n".join(lines))]


def _files(log: Path) -> Iterator[tuple[str, str]]:
    """The ends of what containers and the local service of the run printed, newest first."""
    kept = [*(log.parent / "containers").glob("*.log"), *([log] if log.exists() else [])]
    for path in sorted(kept, key=lambda one: one.stat().st_mtime, reverse=True):
        yield path.name, "\n".join(log_tail(path))


def _named(source: str, text: str, deps: Deps, own: str) -> ErrorAnalysis | None:
    found = diagnose(text, deps.last_good(), own=own)
    lines = counted(len(text.splitlines()), "line")
    says = found.summary if found else "no rule names a failure in it"
    deps.emit(Noted(f"{source}, {lines}: {says}"))
    return found


def last_good_log(workspace: Workspace, runs: Runs, feature: str) -> LastGood | None:
    """What the service said in the newest run that was done; None where there is none such."""
    for run in runs.list(feature=feature):
        log = workspace.run_dir(run.run_id) / SERVICE_LOG
        if run.status == "done" and log.is_file():
            with log.open("rb") as stream:
                return LastGood(stream)
    return None
