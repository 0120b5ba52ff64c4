"""recover: take the diagnosed action within the limits, and choose the step to go on with."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.attempts.rounds import spent_rounds
from graph.config.models import DeploymentSettings
from graph.deps import Deps
from graph.remedies import reason_to_give_up, resume_at
from graph.state import DeploymentState, Diagnosis, Failure, StateUpdate

_PROVISIONING = ("push", "deploy", "health_check")


async def recover(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    failure, diagnosis = state["failure"], state["diagnosis"]
    assert failure is not None, "routing leads here only with a failure"
    assert diagnosis is not None, "error_analysis has named it"
    target = resume_at(diagnosis["action"], failure["step"])
    refused = _refusal(state, deps.settings.deployment, failure, diagnosis, target)
    if refused:
        return {**_by_a_person(failure, diagnosis, target), "note": refused}
    if failure["step"] in _PROVISIONING:
        await deps.sleep(_delay(deps.settings.deployment, state["recoveries"]))
    return {
        **(_new_tests(state, deps, diagnosis) if target == "generate_tests" else StateUpdate()),
        "resume_at": target,
        "failure": None,
        "recoveries": state["recoveries"] + 1,
        "seen": [*state["seen"], failure["signature"]],
        "note": f"{diagnosis['action']}: on at {target}",
    }


def _by_a_person(failure: Failure, diagnosis: Diagnosis, target: str) -> StateUpdate:
    """The end of the run; where a rule knows what a person can do, no model is asked for it."""
    known = diagnosis["by"] == "rule" and diagnosis["kind"] != "unknown"
    known = known and diagnosis["action"] not in ("CODE_FIX", "TEST_FIX")  # the code decides these
    if failure["next"] or target != "give_up" or not known:
        return {"resume_at": "give_up"}
    advice = reason_to_give_up(diagnosis["action"], failure["step"])
    return {"resume_at": "give_up", "failure": {**failure, "next": advice}}


def _new_tests(state: DeploymentState, deps: Deps, diagnosis: Diagnosis) -> StateUpdate:
    """Give generate_tests the diagnosis and the tests that are to be replaced."""
    reason = f"Diagnosis: {diagnosis['root_cause']}"
    return {
        "feedback": {
            **state["feedback"],
            "generate_tests": deps.artefacts.put(reason.encode()),
            "generate_main": "",
        },
        "refused_tests": state["frozen"],
        "offset": {**state["offset"], "generate_main": state["rounds"].get("generate_main", 0)},
        "replacing": state["frozen"],
        "best": {},
        "stuck": 0,
        "signature": "",
    }


def _refusal(
    state: DeploymentState,
    settings: DeploymentSettings,
    failure: Failure,
    diagnosis: Diagnosis,
    target: str,
) -> str:
    """Why nothing more is tried, "" where something is."""
    if target == "give_up":
        return reason_to_give_up(diagnosis["action"], failure["step"])
    if target not in state["plan"]:
        return f"{target} is not part of this run"
    if state["recoveries"] >= settings.max_retries:
        return f"{settings.max_retries} recoveries are spent"
    if target.startswith("generate_") and spent_rounds(state, target) > settings.max_retries:
        return f"the rounds of {target} are spent"
    if target == "generate_tests" and state["test_fixes"]:
        return "the tests were replaced once already"
    if "test.py" in state["keep"] and target == "generate_tests":
        return "test.py is kept as it is"
    if state["seen"].count(failure["signature"]) >= 2:
        return "the same failure for the third time"
    if failure["step"] in _PROVISIONING and not settings.retry_on_provision_fail:
        return "retry_on_provision_fail is off"
    if failure["kind"] == "test_failed" and not settings.retry_on_test_fail:
        return "retry_on_test_fail is off"
    return ""


def _delay(settings: DeploymentSettings, done: int) -> float:
    factor = 2.0**done if settings.exponential_backoff else 1.0
    return settings.retry_delay_seconds * factor
