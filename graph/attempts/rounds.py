"""Rounds of a step: whether there is another one, and what the earlier ones left."""

from __future__ import annotations

from graph.config.models import Settings
from graph.state import DeploymentState

STUCK_FRESH = 2  # the same failure three times: no more repairs, fresh attempts
STUCK_OVER = 3  # and once more: nothing but a diagnosis helps
STUCK_WEIGHT = 2  # one time the same failure counts as so many failed rounds, for the model chosen
REMEMBERED = 10  # earlier attempts that a prompt lists; older ones no longer steer anything


def another_round(state: DeploymentState, step: str, settings: Settings) -> bool:
    """Whether the round under way may be followed by one more: one first try, then the retries."""
    retries = settings.deployment.max_retries if settings.deployment.retry_on_test_fail else 0
    return spent_rounds(state, step) < retries


def spent_rounds(state: DeploymentState, step: str) -> int:
    """Rounds of a step that have ended, since the run began or was last recovered."""
    return state["rounds"].get(step, 0) - state["offset"].get(step, 0)


def append_history(state: DeploymentState, step: str, line: str) -> dict[str, list[str]]:
    """The history with one more line of a step."""
    number = state["rounds"].get(step, 0) + 1
    lines = [*state["history"].get(step, []), f"{number}. {line}"]
    return {**state["history"], step: lines[-REMEMBERED:]}
