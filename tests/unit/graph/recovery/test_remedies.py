"""From a failure's kind to the action, and from the action to the step to go on with."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.diagnosis.actions import ACTIONS, BY_A_PERSON
from assistant.kinds import Kind, RecoveryAction
from graph.failure import failed_step
from graph.plan import STEPS
from graph.recovery.remedies import TARGETS, action_on_request, reason_to_give_up, resume_at
from graph.workflow import NODES

STEPPING = ("generate_tests", "generate_main", "generate_service", "service_tests", "push")


@pytest.mark.parametrize(
    "kind",
    ["out_of_memory", "permission_denied", "github_action_failed"],
)
def test_what_no_code_can_mend_ends_the_run_and_says_what_a_person_can_do(kind: Kind) -> None:
    action = ACTIONS[kind]
    assert {resume_at(action, step) for step in STEPS} == {"give_up"}
    assert BY_A_PERSON[action] in reason_to_give_up(action, "deploy")


def test_targets_are_nodes() -> None:
    assert set(TARGETS) <= set(NODES)


@pytest.mark.parametrize("action", get_args(RecoveryAction))
@pytest.mark.parametrize("step", STEPS)
def test_every_action_on_every_step_leads_to_a_target(action: RecoveryAction, step: str) -> None:
    assert resume_at(action, step) in TARGETS


@pytest.mark.parametrize(
    ("action", "step", "target"),
    [
        ("CODE_FIX", "generate_main", "generate_main"),
        ("CODE_FIX", "generate_service", "generate_service"),
        ("CODE_FIX", "service_tests", "generate_service"),
        ("CODE_FIX", "health_check", "generate_service"),
        ("CODE_FIX", "push", "give_up"),
        ("TEST_FIX", "generate_main", "generate_tests"),
        ("TEST_FIX", "service_tests", "service_tests"),
        ("WAIT_AND_RETRY", "push", "push"),
        ("REPROVISION", "deploy", "deploy"),
        ("REPROVISION", "health_check", "deploy"),
        ("EXTEND_TIMEOUT", "generate_service", "generate_service"),
        ("EXTEND_TIMEOUT", "container_tests", "container_tests"),
        ("EXTEND_TIMEOUT", "health_check", "commit"),
        ("MAINTENANCE", "generate_tests", "generate_tests"),
        ("INSTALL_TOOL", "health_check", "deploy"),
        ("REAUTHENTICATE", "deploy", "deploy"),
        ("FAIL", "generate_main", "give_up"),
        ("FREE_PORT", "deploy", "deploy"),
        ("INSTALL_DEPENDENCY", "generate_main", "generate_main"),
        ("INSTALL_DEPENDENCY", "generate_service", "generate_service"),
        ("INSTALL_DEPENDENCY", "service_tests", "service_tests"),
        ("INSTALL_DEPENDENCY", "deploy", "generate_service"),
        ("INSTALL_DEPENDENCY", "await_ci", "commit"),
        ("INSTALL_DEPENDENCY", "push", "give_up"),
        ("SWITCH_PROVIDER", "service_tests", "service_tests"),
    ],
)
def test_an_action_goes_on_at_the_step_that_it_mends(
    action: RecoveryAction, step: str, target: str
) -> None:
    assert resume_at(action, step) == target


@pytest.mark.parametrize("step", ["scaffold", "generate_tests", "commit"])
def test_waiting_does_not_repeat_a_step_that_waiting_cannot_help(step: str) -> None:
    assert resume_at("WAIT_AND_RETRY", step) == "give_up"


@pytest.mark.parametrize(
    ("kind", "known", "step", "action"),
    [
        ("permission_denied", None, "push", "WAIT_AND_RETRY"),
        ("provision_failed", "FAIL", "push", "WAIT_AND_RETRY"),
        ("disk_full", None, "deploy", "WAIT_AND_RETRY"),
        ("permission_denied", None, "container_tests", "WAIT_AND_RETRY"),
        ("network_error", None, "push", None),
        ("unknown", None, "push", None),
        ("test_failed", None, "service_tests", None),
        ("permission_denied", None, "generate_main", None),
    ],
)
def test_what_only_a_person_mends_is_tried_again_when_one_asks(
    kind: Kind, known: RecoveryAction | None, step: str, action: RecoveryAction | None
) -> None:
    failure = failed_step(step, kind, "no")
    if known:
        failure["action"] = known
    assert action_on_request(failure) == action
