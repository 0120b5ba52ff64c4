"""Rounds of a step, their limit and what they leave."""

from __future__ import annotations

import pytest

from graph.config.layers import resolve
from graph.config.models import DeploymentConfig
from graph.state import LISTED, DeploymentState, append_history, next_round, spent_rounds
from tests.unit.graph.samples import failure, state

STEP = "generate_main"


def another_round(before: DeploymentState, step: str, limits: DeploymentConfig) -> bool:
    update = next_round(before, step, limits, failure(step))
    assert ("failure" in update) is not ("again" in update)
    return update.get("again", False)


def settings(retries: int, *, on_test_fail: bool = True):
    flags = {"deployment.max_retries": retries, "deployment.retry_on_test_fail": on_test_fail}
    return resolve(file=None, environ={}, flags=flags).settings


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_a_first_try_is_followed_by_as_many_rounds_as_there_are_retries(retries: int) -> None:
    made = 1
    while another_round(state(rounds={STEP: made - 1}), STEP, settings(retries)):
        made += 1
    assert made == 1 + retries


def test_without_retries_on_failed_tests_one_round_decides() -> None:
    assert not another_round(state(), STEP, settings(3, on_test_fail=False))


def test_rounds_of_another_step_do_not_count() -> None:
    assert another_round(state(rounds={"generate_tests": 9}), STEP, settings(1))


def test_rounds_before_a_recovery_are_not_held_against_it() -> None:
    recovered = state(rounds={STEP: 4}, offset={STEP: 4})
    assert spent_rounds(recovered, STEP) == 0
    assert another_round(recovered, STEP, settings(3))


def test_the_history_is_numbered_by_rounds_and_kept_apart_by_step() -> None:
    before = state(rounds={STEP: 1}, history={STEP: ["1. red"], "generate_tests": ["1. vacuous"]})
    assert append_history(before, STEP, "red again") == {
        STEP: ["1. red", "2. red again"],
        "generate_tests": ["1. vacuous"],
    }
    assert before["history"][STEP] == ["1. red"], "the state before is left as it was"


def test_only_the_latest_attempts_are_remembered() -> None:
    history: dict[str, list[str]] = {}
    for done in range(LISTED + 5):
        history = append_history(state(rounds={STEP: done}, history=history), STEP, "red")
    assert len(history[STEP]) == LISTED
    assert history[STEP][-1] == f"{LISTED + 5}. red"
