"""From the action on a failure to the step to go on with, or why there is none."""

from __future__ import annotations

from typing import Literal, get_args

from assistant.diagnosis.actions import BY_A_PERSON, action_for
from assistant.diagnosis.kinds import ActionType
from graph.state import Failure

Target = Literal[
    "generate_tests",
    "generate_main",
    "generate_service",
    "service_tests",
    "push",
    "deploy",
    "give_up",
]
TARGETS: tuple[Target, ...] = get_args(Target)

# A service that is started again takes another port where its own is taken.
_REPEATING: tuple[ActionType, ...] = (
    "REPROVISION",
    "EXTEND_TIMEOUT",
    "FREE_PORT",
    "WAIT_AND_RETRY",
    "SWITCH_PROVIDER",
)
_FIX: dict[str, Target] = {
    "generate_main": "generate_main",
    "generate_service": "generate_service",
    "service_tests": "generate_service",
    "deploy": "generate_service",
    "health_check": "generate_service",
}
_AGAIN: dict[str, Target] = {
    "service_tests": "service_tests",
    "push": "push",
    "deploy": "deploy",
    "health_check": "deploy",
}


def action_on_request(failure: Failure) -> ActionType | None:
    """The action where a person asks to go on, None where the known one is as good.

    What only a person can mend, such as a remote's refusal, has been mended: the step is tried
    again.
    """
    known = failure.get("action") or action_for(failure["kind"])
    if known is None or failure["step"] not in _AGAIN:
        return None
    return "WAIT_AND_RETRY" if resume_at(known, failure["step"]) == "give_up" else None


def resume_at(action: ActionType, step: str) -> Target:
    """The step to go on with after an action on a failure of a step."""
    if action == "CODE_FIX":
        return _FIX.get(step, "give_up")
    if action == "TEST_FIX":
        return "service_tests" if step == "service_tests" else "generate_tests"
    if action in _REPEATING:
        return _AGAIN.get(step, "give_up")
    return "give_up"


def reason_to_give_up(action: ActionType, step: str) -> str:
    """Why a run does not go on after an action, and what a person can do."""
    return f"{action} after {step} is not done by a run: {BY_A_PERSON[action]}"
