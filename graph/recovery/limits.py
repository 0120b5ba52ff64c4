"""Limits of recoveries, by kind, action, signature and run: no run goes in circles.

Recoveries are counted since a person last had the run go on; a failure that was answered before
that is answered once more, not twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.diagnosis.actions import INFRA
from assistant.kinds import RecoveryAction
from graph.config.models import DeploymentSettings
from graph.failure import Diagnosis, Failure, Tried
from graph.recovery.remedies import PROVISIONING, reason_to_give_up
from graph.state import DeploymentState, spent_rounds
from ledger.text.counted import counted

_SAME = 2  # answers to the same failure
_RUN_FACTOR = 3  # recoveries of a run, infrastructure's with them, per max_retries
_BY_PERSON: Sequence[RecoveryAction] = ("INSTALL_TOOL", "REAUTHENTICATE")  # who is asked once
_OF_ACTION: Mapping[RecoveryAction, int] = {
    **dict.fromkeys(("MAINTENANCE", *_BY_PERSON), 1),
    "EXTEND_TIMEOUT": 2,
}
# The same failure again is what they expect, or what a person can be asked about.
_REPEATED = ("WAIT_AND_RETRY", "SWITCH_PROVIDER", *_BY_PERSON)
_OF_CODE = ("CODE_FIX", "TEST_FIX")
_WRITTEN = {"generate_main": "main.py", "generate_service": "service.py"}


def is_infra(diagnosis: Diagnosis) -> bool:
    """Whether no code is at fault: such a recovery spends no round."""
    return diagnosis["kind"] in INFRA and diagnosis["action"] not in _OF_CODE


def tried_since(state: DeploymentState) -> Sequence[Tried]:
    """The recoveries since a person last had the run go on."""
    return state["tried"][state["tried_before"] :]


def answers_to(state: DeploymentState, failure: Failure) -> Sequence[Tried]:
    """The recoveries from this very failure: none of them kept it from coming back."""
    return [one for one in tried_since(state) if one["signature"] == failure["signature"]]


def was_tried(state: DeploymentState, failure: Failure, action: RecoveryAction) -> bool:
    """Whether an action on this very failure was taken, and did not help."""
    return any(one["action"] == action for one in answers_to(state, failure))


def refusal(
    state: DeploymentState,
    settings: DeploymentSettings,
    failure: Failure,
    diagnosis: Diagnosis,
    target: str,
) -> str:
    """Why an action is not taken, "" where it is."""
    action, step = diagnosis["action"], failure["step"]
    if target == "give_up":
        return reason_to_give_up(action, step)
    rewrites = action in _OF_CODE
    written = _WRITTEN.get(target, "") if rewrites else ""
    tests = rewrites and target == "generate_tests"
    rounds = rewrites and target.startswith("generate_")
    reasons = {
        f"{target} is not part of this run": target not in state["plan"],
        f"the rounds of {target} are spent": rounds
        and spent_rounds(state, target) > settings.max_retries,
        "the tests were replaced once already": tests and state["test_fixes"],
        "test.py is kept as it is": tests and "test.py" in state["keep"],
        f"{written} is kept as it is": written in state["keep"],
        "retry_on_provision_fail is off": step in PROVISIONING
        and not settings.retry_on_provision_fail,
        "retry_on_test_fail is off": failure["kind"] == "test_failed"
        and not settings.retry_on_test_fail,
        **_circles(state, settings.max_retries, failure, diagnosis),
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _circles(
    state: DeploymentState, most: int, failure: Failure, diagnosis: Diagnosis
) -> Mapping[str, bool]:
    """The limits of recoveries, and whether each is reached."""
    since, action, kind = tried_since(state), diagnosis["action"], diagnosis["kind"]
    infra = is_infra(diagnosis)
    before = [one["signature"] for one in state["tried"][: state["tried_before"]]]
    same = 1 if failure["signature"] in before else _SAME
    again = len(answers_to(state, failure))
    alike = sum(one["infra"] == infra and (not infra or one["kind"] == kind) for one in since)
    why = f" from {kind.replace('_', ' ')}" if infra else ""
    done = sum(one["action"] == action for one in since)
    return {
        f"{_recoveries(most)}{why}, max_retries allows no more": alike >= most,
        f"{action} was done {counted(done, 'time')}": done >= _OF_ACTION.get(action, done + 1),
        f"the run has made {_recoveries(len(since))}": len(since) >= _RUN_FACTOR * most,
        f"the same failure came back after {_recoveries(again)}": again >= same
        and action not in _REPEATED,
    }


def _recoveries(number: int) -> str:
    return counted(number, "recovery", "recoveries")
