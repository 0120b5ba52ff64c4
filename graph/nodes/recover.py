"""recover: take the diagnosed action within the limits, and choose the step to go on with."""

from __future__ import annotations

from langgraph.runtime import Runtime

from assistant.diagnosis.actions import BY_A_PERSON
from assistant.errors import AssistantError
from assistant.schemas import DetermineRetryStrategy
from graph.deps import Deps
from graph.failure import Diagnosis, Tried, printable
from graph.recovery.actions import LONGEST_PAUSE, pause_seconds, take
from graph.recovery.learning import begin_trial
from graph.recovery.limits import is_infra, refusal, tried_since
from graph.recovery.remedies import PROVISIONING, resume_at
from graph.state import DeploymentState, StateUpdate, failure_of

STEP = "recover"
_CAUSE_CHARS = 160
_REPEATED = ("REPROVISION", "EXTEND_TIMEOUT", "WAIT_AND_RETRY")


async def recover(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Take the action, or say why nothing more is tried."""
    deps, failure, diagnosis = runtime.context, failure_of(state), state["diagnosis"]
    assert diagnosis is not None, "error_analysis has named it"
    settings, action = deps.settings.deployment, diagnosis["action"]
    target = resume_at(action, failure["step"], state["plan"])
    refused = refusal(state, settings, failure, diagnosis, target)
    pause = 0.0
    if action == "WAIT_AND_RETRY" or failure["step"] in PROVISIONING:
        pause = pause_seconds(state, deps, action)
    asked = settings.ai_decide_retries and action in _REPEATED and not is_infra(diagnosis)
    if asked and not refused:
        refused, pause = await _by_model(state, deps, pause)
    if refused:
        return _given_up(state, diagnosis, refused)
    taken = await take(state, deps, diagnosis, target)
    if taken.refused:
        return _given_up(state, diagnosis, taken.refused)
    if pause:
        await deps.sleep(pause)
    tried = Tried(
        step=failure["step"],
        kind=diagnosis["kind"],
        cause=printable(diagnosis["root_cause"], _CAUSE_CHARS),
        signature=failure["signature"],
        action=action,
        target=printable(taken.note or diagnosis.get("target", ""), _CAUSE_CHARS),
        on=target,
        before=taken.before,
        infra=is_infra(diagnosis),
    )
    return {
        **taken.update,
        "resume_at": target,
        "failure": None,
        "trial": begin_trial(state, diagnosis),
        "tried": [*state["tried"], tried],
        "note": f"{action}{taken.note and f' ({taken.note})'}: on at {target}",
    }


async def _by_model(state: DeploymentState, deps: Deps, pause: float) -> tuple[str, float]:
    """A model's word on trying again: why not, "" where it should be, and how long to wait."""
    failure = failure_of(state)
    attempts = "\n".join(f"{one['step']}: {one['action']}" for one in tried_since(state))
    try:
        answer = await deps.ask(
            DetermineRetryStrategy,
            state,
            STEP,
            log=failure["detail"],
            step=failure["step"],
            attempts=attempts,
        )
    except AssistantError:  # the rule has decided already
        return "", pause
    said = answer.value
    refused = "" if said.retry else f"{answer.model} sees no use in it: {said.reasoning}"
    return refused, min(max(pause, said.delay_seconds), LONGEST_PAUSE)


def _given_up(state: DeploymentState, diagnosis: Diagnosis, refused: str) -> StateUpdate:
    """The failure by its diagnosis, with the line that proves it and what a person can do."""
    failure = failure_of(state)
    line, evidence = diagnosis["root_cause"], failure["evidence"]
    update: StateUpdate = {"resume_at": "give_up", "given_up": refused, "note": refused}
    by_rule = diagnosis["by"].startswith("rule")
    if by_rule and diagnosis["kind"] != "unknown":
        if diagnosis["by"] != "rule" and not any(line in one for one in evidence):
            evidence = [line, *evidence][: len(evidence) or 1]
        # Where a rule knows what a person can do, no model is asked for it.
        next_step = failure["next"] or BY_A_PERSON[diagnosis["action"]]
        update["failure"] = {
            **failure,
            "kind": diagnosis["kind"],
            "evidence": evidence,
            "next": next_step,
        }
    return update
