"""error_analysis: diagnose the failure, by a rule where one applies, else by a model."""

from __future__ import annotations

from langgraph.runtime import Runtime

from assistant.diagnosis.actions import action_for
from assistant.diagnosis.diagnose import diagnose
from assistant.diagnosis.kinds import ActionType
from assistant.errors import ReplyInvalid, RequestRejected
from assistant.schemas import AnalyzeDeploymentError
from graph.attempts.rounds import STUCK_OVER
from graph.deps import Deps
from graph.state import DeploymentState, Diagnosis, Failure, StateUpdate

STEP = "error_analysis"
_VAGUE = ("unknown", "provision_failed", "service_timeout")


async def error_analysis(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    failure = state["failure"]
    assert failure is not None, "routing leads here only with a failure"
    action = failure.get("action") or _rule(state, failure)
    proven = _proven(failure) if "action" not in failure else None
    if proven:
        diagnosis = proven
    elif action is None and deps.settings.deployment.ai_analyze_errors:
        diagnosis = await _asked(state, deps, failure["detail"], failure["step"])
    else:
        diagnosis = Diagnosis(
            kind=failure["kind"],
            root_cause=_cause(failure, deps),
            action=action or action_for(failure["kind"]) or "FAIL",
            target=None,
            by="rule",
        )
    return {
        "diagnosis": diagnosis,
        "note": f"{diagnosis['kind']}: {diagnosis['root_cause']} → {diagnosis['action']}",
    }


def _proven(failure: Failure) -> Diagnosis | None:
    """The cause that a line of the log proves, where the failure's own kind says less."""
    if failure["kind"] not in _VAGUE:
        return None
    found = diagnose(failure["detail"])
    if found is None:
        return None
    return Diagnosis(
        kind=found.kind,
        root_cause=found.line,
        action=found.action,
        target=found.target,
        by="rule",
    )


def _cause(failure: Failure, deps: Deps) -> str:
    """The failure's summary; of a provider's failure, with each provider's recent results."""
    history = deps.providers() if failure["kind"] == "llm_provider_infra" else ()
    return "; ".join([failure["summary"], *history])


def _rule(state: DeploymentState, failure: Failure) -> ActionType | None:
    """The action by rule; None where main.py keeps failing in the same way.

    Then the tests may be wrong, which only a model can judge.
    """
    if failure["step"] == "generate_main" and state["stuck"] >= STUCK_OVER:
        return None
    return action_for(failure["kind"])


async def _asked(state: DeploymentState, deps: Deps, log: str, step: str) -> Diagnosis:
    try:
        answer = await deps.ask(AnalyzeDeploymentError, state, STEP, log=log, step=step)
    except (ReplyInvalid, RequestRejected) as error:
        return Diagnosis(
            kind="unknown", root_cause=str(error), action="FAIL", target=None, by="rule"
        )
    analysis = answer.value
    return Diagnosis(
        kind=analysis.error_type,
        root_cause=analysis.root_cause,
        action=analysis.action.type,
        target=analysis.action.target,
        by=answer.model,
    )
