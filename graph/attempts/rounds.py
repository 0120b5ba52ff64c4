"""Rounds of a step: limits and history."""

from __future__ import annotations

from graph.config.models import Settings
from graph.state import DeploymentState

STUCK_FRESH = 2  # the same failure three times: fresh attempts in place of a repair
STUCK_OVER = 3  # and once more: a diagnosis
STUCK_WEIGHT = 2  # failed rounds that the same failure once more counts as in choosing a model
LISTED = 10  # earlier attempts that a prompt lists


def another_round(state: DeploymentState, step: str, settings: Settings) -> bool:
    """Whether `max_retries` allows a round after the current one."""
    retries = settings.deployment.max_retries if settings.deployment.retry_on_test_fail else 0
    return spent_rounds(state, step) < retries


def spent_rounds(state: DeploymentState, step: str) -> int:
    """The number of finished rounds of a step since the run began or was last recovered."""
    return state["rounds"].get(step, 0) - state["offset"].get(step, 0)


def append_history(state: DeploymentState, step: str, line: str) -> dict[str, list[str]]:
    """The history of all steps with one more line of a step."""
    number = state["rounds"].get(step, 0) + 1
    lines = [*state["history"].get(step, []), f"{number}. {line}"]
    return {**state["history"], step: lines[-LISTED:]}
