"""From a diagnosis to the step that a run goes on with: the earliest that the action touches."""

from __future__ import annotations

from collections.abc import Collection

from assistant.diagnosis.actions import BY_A_PERSON, action_for
from assistant.kinds import RecoveryAction
from graph.failure import Failure
from graph.plan import STEPS

SERVICE_TESTS = ("service_tests", "container_tests")
PROVISIONING = ("push", "await_ci", "deploy", "health_check")
DEPLOYED = ("deploy", "health_check")
_OF_SERVICE = ("generate_service", *SERVICE_TESTS, *DEPLOYED)
_FIX = {
    **dict.fromkeys(("generate_main", "commit", "await_ci"), "generate_main"),
    **dict.fromkeys(_OF_SERVICE, "generate_service"),
}
_AGAIN = {step: step for step in ("generate_service", *SERVICE_TESTS, *PROVISIONING)}
_AGAIN["health_check"] = "deploy"
# Nothing in the code or the configuration has to change for these.
_OUTSIDE = ("MAINTENANCE", "INSTALL_TOOL", "REAUTHENTICATE")
_REPEATING = ("REPROVISION", "FREE_PORT", "WAIT_AND_RETRY", "SWITCH_PROVIDER")
TARGETS = sorted({*STEPS, "give_up"} - {"health_check"})
"""The steps that a recovery may go on with."""


def resume_at(action: RecoveryAction, step: str, plan: Collection[str] = STEPS) -> str:
    """The step to go on with after an action on a failure of a step, or "give_up"."""
    again = _AGAIN.get(step, "give_up")
    if action == "CODE_FIX":
        return _FIX.get(step, "give_up")
    if action == "TEST_FIX":
        return "service_tests" if step in SERVICE_TESTS else "generate_tests"
    if action in _OUTSIDE:
        return again if step in _AGAIN else step
    if action == "EXTEND_TIMEOUT":  # what is deployed is what is committed
        return "commit" if step in DEPLOYED and "commit" in plan else again
    if action == "INSTALL_DEPENDENCY":  # what is listed has to be committed
        fix = _FIX.get(step, "give_up")
        if fix == "generate_main" and step != "generate_main":
            return "commit"
        return step if step == "service_tests" else fix
    return again if action in _REPEATING else "give_up"


def action_on_request(failure: Failure) -> RecoveryAction | None:
    """The action where a person asks to go on, and has mended what only a person can; else None."""
    known = failure.get("action") or action_for(failure["kind"])
    if known is None or failure["step"] not in (*SERVICE_TESTS, *PROVISIONING):
        return None
    mended = known in _OUTSIDE or resume_at(known, failure["step"]) == "give_up"
    return "WAIT_AND_RETRY" if mended else None


def needs_person(failure: Failure) -> bool:
    """Whether no rule knows an action on a failure that a run can take."""
    known = failure.get("action") or action_for(failure["kind"])
    return known is None or resume_at(known, failure["step"]) == "give_up"


def reason_to_give_up(action: RecoveryAction, step: str) -> str:
    """Why a run does not go on after an action, and what a person can do."""
    return f"{action} after {step} is not done by a run: {BY_A_PERSON[action]}"
