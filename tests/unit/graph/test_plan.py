"""Which steps a run makes."""

from __future__ import annotations

import pytest

from graph.config.layers import resolve
from graph.errors import ConfigError
from graph.plan import STEPS, planned_steps

CODE = ["scaffold", "generate_tests", "generate_main", "prove_tests", "review", "commit", "push"]
SERVICE = [
    "scaffold",
    "generate_tests",
    "generate_main",
    "prove_tests",
    "generate_service",
    "service_tests",
    "review",
    "commit",
    "push",
    "deploy",
    "health_check",
]


def plan(mode: str = "SERVICE", *, commit: bool = True, push: bool = True, **deployment: object):
    flags = {"deployment.provision_mode": mode}
    flags |= {f"deployment.{name}": value for name, value in deployment.items()}
    settings = resolve(file=None, environ={}, flags=flags).settings
    return planned_steps(settings, commit=commit, push=push)


def test_code_mode_ends_with_the_push() -> None:
    assert plan("CODE") == CODE


def test_service_mode_makes_every_step_in_the_order_of_the_picture() -> None:
    assert plan() == SERVICE == list(STEPS)


def test_without_a_commit_nothing_is_pushed() -> None:
    assert plan("CODE", commit=False) == CODE[:-2]


def test_the_push_alone_can_be_left_out() -> None:
    assert plan("CODE", push=False) == CODE[:-1]


def test_provisioning_can_be_left_out() -> None:
    assert plan(skip_provision=True) == SERVICE[:-2]


@pytest.mark.parametrize("step", ["generate_service", "service_tests", "commit", "push", "deploy"])
def test_a_named_step_is_left_out(step: str) -> None:
    assert plan(skip_steps=[step]) == [one for one in SERVICE if one != step]


@pytest.mark.parametrize("step", ["scaffold", "generate_tests", "generate_main"])
def test_a_step_without_which_nothing_is_proven_cannot_be_left_out(step: str) -> None:
    with pytest.raises(ConfigError, match=f"skip_steps: {step} cannot be left out"):
        plan(skip_steps=[step, "push"])
