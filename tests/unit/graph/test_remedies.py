"""From a failure's kind to the action, and from the action to the step to go on with."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.schemas import ActionType, Kind
from graph.failures import failed_step
from graph.plan import STEPS
from graph.remedies import TARGETS, action_for, action_on_request, resume_at
from graph.workflow import NODES

ACTIONS = get_args(ActionType)
STEPPING = ("generate_tests", "generate_main", "generate_service", "service_tests", "push")


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_rule_gives_an_action_of_the_contract_or_leaves_it_to_a_model(kind: str) -> None:
    assert action_for(kind) in (None, *ACTIONS)


def test_what_is_unknown_is_left_to_a_model() -> None:
    assert action_for("unknown") is None
    assert action_for("no kind at all") is None


@pytest.mark.parametrize("kind", ["out_of_memory", "disk_full", "permission_denied"])
def test_what_no_code_can_mend_ends_the_run(kind: str) -> None:
    action = action_for(kind)
    assert action is not None
    assert {resume_at(action, step) for step in STEPS} == {"give_up"}


def test_targets_are_nodes() -> None:
    assert set(TARGETS) <= set(NODES)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("step", STEPS)
def test_every_action_on_every_step_leads_to_a_target(action: str, step: str) -> None:
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
        ("EXTEND_TIMEOUT", "health_check", "deploy"),
        ("FAIL", "generate_main", "give_up"),
        ("an action that nobody knows", "deploy", "give_up"),
    ],
)
def test_an_action_goes_on_at_the_step_that_it_mends(action: str, step: str, target: str) -> None:
    assert resume_at(action, step) == target


@pytest.mark.parametrize("step", ["scaffold", "generate_tests", "commit"])
def test_waiting_does_not_repeat_a_step_that_waiting_cannot_help(step: str) -> None:
    assert resume_at("WAIT_AND_RETRY", step) == "give_up"


@pytest.mark.parametrize(
    ("kind", "known", "step", "action"),
    [
        ("permission_denied", "", "push", "WAIT_AND_RETRY"),
        ("provision_failed", "FAIL", "push", "WAIT_AND_RETRY"),
        ("disk_full", "", "deploy", "WAIT_AND_RETRY"),
        ("network_error", "", "push", None),
        ("unknown", "", "push", None),
        ("test_failed", "", "service_tests", None),
        ("permission_denied", "", "generate_main", None),
    ],
)
def test_what_only_a_person_mends_is_tried_again_when_one_asks(
    kind: str, known: str, step: str, action: str | None
) -> None:
    failure = failed_step(step, kind, "no")
    if known:
        failure["action"] = known
    assert action_on_request(failure) == action
