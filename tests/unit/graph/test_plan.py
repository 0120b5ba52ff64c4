"""Which steps a run makes."""

from __future__ import annotations

from typing import get_args

import click
import pytest

from console import cli
from console.parameters import mode_choice
from graph.config.layers import resolve
from graph.config.models import Mode
from graph.errors import ConfigError
from graph.plan import MODES, deploys, planned_steps
from graph.request import PARTS
from provisioner.modes.base import PROVISIONERS, DeployedMode

CODE = [
    *("scaffold", "generate_tests", "generate_main", "prove_tests"),
    *("review", "commit", "push", "await_ci"),
]
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
    "await_ci",
    "deploy",
    "health_check",
]


CONTAINER = [*SERVICE[:6], "container_tests", *SERVICE[6:]]


def plan(mode: str = "SERVICE", *, commit: bool = True, push: bool = True, **deployment: object):
    flags = {"deployment.provision_mode": mode}
    flags |= {f"deployment.{name}": value for name, value in deployment.items()}
    settings = resolve(file=None, environ={}, flags=flags).settings
    return planned_steps(settings, commit=commit, push=push)


@pytest.mark.parametrize(
    ("mode", "options", "expected"),
    [
        ("CONTAINER", {}, CONTAINER),
        ("CODE", {}, CODE),
        ("CODE", {"commit": False}, CODE[:-3]),
        ("CODE", {"push": False}, CODE[:-2]),
        ("SERVICE", {}, SERVICE),
        ("SERVICE", {"skip_provision": True}, SERVICE[:-2]),
    ],
)
def test_the_steps_of_a_mode_and_what_options_leave_out(
    mode: str, options: dict[str, bool], expected: list[str]
) -> None:
    assert plan(mode, **options) == expected


def test_the_command_line_offers_the_modes_of_the_configuration() -> None:
    assert get_args(Mode) == mode_choice.choices
    assert set(MODES) == set(mode_choice.choices)
    deployed = {mode for mode in MODES if deploys(mode)}
    assert deployed == set(PROVISIONERS) == set(get_args(DeployedMode))
    options = {option.name: option for option in cli.cli.params}
    parts = options["regenerate"].type
    assert isinstance(parts, click.Choice)
    assert tuple(parts.choices) == (*PARTS, "all")


@pytest.mark.parametrize("step", ["generate_service", "service_tests", "commit", "push", "deploy"])
def test_a_named_step_is_left_out(step: str) -> None:
    assert plan(skip_steps=[step]) == [one for one in SERVICE if one != step]


@pytest.mark.parametrize("step", ["scaffold", "generate_tests", "generate_main"])
def test_a_step_without_which_nothing_is_proven_cannot_be_left_out(step: str) -> None:
    with pytest.raises(ConfigError, match=f"skip_steps: {step} cannot be left out"):
        plan(skip_steps=[step, "push"])
