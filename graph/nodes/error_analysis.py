"""error_analysis: name the failure and the action on it, by rules first."""

from __future__ import annotations

from collections.abc import Mapping

from langgraph.runtime import Runtime

from assistant.diagnosis.actions import INFRA, action_for
from assistant.diagnosis.asking import excerpt, refusal, target_of
from assistant.diagnosis.diagnose import ErrorAnalysis, diagnose
from assistant.errors import ReplyInvalid, RequestRejected
from assistant.kinds import Kind, RecoveryAction
from assistant.schemas import AnalyzeDeploymentError
from graph.deps import Deps
from graph.failure import Diagnosis, Failure
from graph.recovery.learning import learned_fix
from graph.recovery.limits import answers_to, was_tried
from graph.recovery.remedies import DEPLOYED, SERVICE_TESTS
from graph.state import STUCK_OVER, DeploymentState, StateUpdate, failure_of
from provisioner.feature.packages.requirements import own_module

STEP = "error_analysis"
_VAGUE = ("unknown", "provision_failed", "service_timeout")
# The log of a service whose tests fail, or of a build, may name a cause of these kinds alone.
_BEHIND: Mapping[Kind, frozenset[Kind]] = {
    "test_failed": frozenset({"missing_dependency", "disk_full"}),
    "docker_build_error": INFRA,
}
# Where the feature's own process is all that runs, it is the code that has to do without these.
_ALONE = ("generate_service", *SERVICE_TESTS)
_OF_ITS_OWN = ("port_in_use", "permission_denied", "network_error", "out_of_memory")
_REWRITES = ("CODE_FIX", "TEST_FIX")
# What comes next where a rule's action was taken and the very same failure came back.
_NEXT: Mapping[RecoveryAction, RecoveryAction] = {
    "EXTEND_TIMEOUT": "CODE_FIX",
    "REPROVISION": "CODE_FIX",
}


async def error_analysis(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Diagnose the failure: by a rule, else by what was learned, else by a model."""
    diagnosis = await _diagnosed(state, runtime.context, failure_of(state))
    return {
        "diagnosis": diagnosis,
        "note": f"{diagnosis['kind']}: {diagnosis['root_cause']} → {diagnosis['action']}",
    }


async def _diagnosed(state: DeploymentState, deps: Deps, failure: Failure) -> Diagnosis:
    action = failure.get("action") or action_for(failure["kind"])
    if found := _by_log(state, deps, failure):
        return _by_rule(
            found.kind,
            found.line,
            _escalated(state, failure, _here(failure, found)),
            found.module or found.target,
            found.rule,
        )
    if learned := learned_fix(state, deps):
        return learned
    stuck = "action" not in failure and _is_stuck(state, failure)
    if (stuck or action is None) and deps.settings.deployment.ai_analyze_errors:
        answer = await _asked(state, deps, failure)
        if action is None or failure["step"] not in SERVICE_TESTS or answer["action"] in _REWRITES:
            return answer
    history = deps.providers() if failure["kind"] == "llm_provider_infra" else ()
    cause = "; ".join([failure["summary"], *history])
    known = _escalated(state, failure, action) if action else "FAIL"
    return _by_rule(failure["kind"], cause, known)


def _is_stuck(state: DeploymentState, failure: Failure) -> bool:
    """Whether code keeps failing its tests in the same way: only a model can judge the tests."""
    if failure["step"] in SERVICE_TESTS:
        answered = [one["action"] for one in answers_to(state, failure)]
        return failure["kind"] == "test_failed" and answered == ["CODE_FIX"]
    return failure["step"] == "generate_main" and state["stuck"] >= STUCK_OVER


def _by_log(state: DeploymentState, deps: Deps, failure: Failure) -> ErrorAnalysis | None:
    """What a line of the log proves beyond the failure's own kind, None where none does."""
    kind, step = failure["kind"], failure["step"]
    if "action" in failure or (kind == "test_failed" and step not in SERVICE_TESTS):
        return None
    if kind not in _VAGUE and kind not in _BEHIND:
        return None
    own = own_module(state["feature"])
    found = diagnose(failure["detail"], deps.last_good(), own=own)
    return found if found and found.kind in _BEHIND.get(kind, {found.kind}) else None


def _here(failure: Failure, found: ErrorAnalysis) -> RecoveryAction:
    """The action on what a log says, at the step that failed."""
    built = failure["kind"] == "docker_build_error"
    if failure["step"] in _ALONE and found.kind in _OF_ITS_OWN and not built:
        return "CODE_FIX"
    return found.action


def _escalated(state: DeploymentState, failure: Failure, action: RecoveryAction) -> RecoveryAction:
    """The action, or the next one where it did not help."""
    mendable = failure["step"] in (*_ALONE, *DEPLOYED) and failure["kind"] != "docker_build_error"
    helped = not was_tried(state, failure, action)
    return action if helped or not mendable else _NEXT.get(action, action)


def _by_rule(
    kind: Kind, cause: str, action: RecoveryAction, target: str | None = None, rule: str = ""
) -> Diagnosis:
    by = f"rule {rule}".strip()
    return Diagnosis(kind=kind, root_cause=cause, action=action, by=by, target=target or "")


async def _asked(state: DeploymentState, deps: Deps, failure: Failure) -> Diagnosis:
    log, step = excerpt(failure["detail"], deps.last_good()), failure["step"]
    try:
        answer = await deps.ask(AnalyzeDeploymentError, state, STEP, log=log, step=step)
    except (ReplyInvalid, RequestRejected) as error:
        return _by_rule("unknown", str(error), "FAIL")
    analysis = answer.value
    if refused := refusal(analysis, log, failure["kind"]):
        cause = f"{answer.model}: {analysis.root_cause} ({refused})"
        return Diagnosis(
            kind="unknown", root_cause=cause, action="FAIL", by=answer.model, target=""
        )
    return Diagnosis(
        kind=analysis.error_type,
        root_cause=analysis.root_cause,
        action=analysis.action.type,
        by=answer.model,
        target=target_of(analysis),
    )
