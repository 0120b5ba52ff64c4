"""The one table of the steps that a mode has, and which of them a run makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from graph.config.models import DeploymentConfig, Mode, StepName
from graph.errors import ConfigError

STEPS: tuple[StepName, ...] = get_args(StepName)
TESTS, MAIN, SERVICE, SERVICE_TESTS = "test.py", "main.py", "service.py", "service-test.py"
GENERATED = (TESTS, MAIN, SERVICE, SERVICE_TESTS)  # what steps have a model write
_CONTAINED: tuple[StepName, ...] = ("container_tests",)
_SERVED: tuple[StepName, ...] = ("generate_service", "service_tests", "deploy", "health_check")


def _without(*left_out: StepName) -> tuple[StepName, ...]:
    return tuple(step for step in STEPS if step not in left_out)


MODES: Mapping[Mode, tuple[StepName, ...]] = {
    "CODE": _without(*_SERVED, *_CONTAINED),
    "SERVICE": _without(*_CONTAINED),
    "CONTAINER": STEPS,
    "AZURE": STEPS,
    "SSH": _without(*_CONTAINED),
    "CLOUDRUN": STEPS,
}
"""The modes that are available, each with its steps in order."""

_REQUIRED = ("scaffold", "generate_tests", "generate_main")


def deploys(mode: Mode) -> bool:
    """Whether a mode leaves something running; False for a mode that is not available."""
    return "deploy" in MODES.get(mode, ())


def planned_steps(config: DeploymentConfig, *, commit: bool = True, push: bool = True) -> list[str]:
    """The steps that this run makes, in order; all others are recorded as skipped."""
    deployment = config.deployment
    unproven = [step for step in deployment.skip_steps if step in _REQUIRED]
    if unproven:
        raise ConfigError(
            "deployment.skip_steps",
            f"{', '.join(unproven)} cannot be left out, nothing would be proven; "
            "--no-regenerate keeps existing files and still runs their tests",
        )
    left_out = {
        "prove_tests": config.quality.mutation == "off",
        "review": config.quality.review == "off",
        "commit": not commit,
        "push": not (commit and push),
        "await_ci": not (commit and push and config.github.wait_for_completion),
        "deploy": deployment.skip_provision,
        "health_check": deployment.skip_provision,
    }
    wanted = [step for step in MODES[deployment.provision_mode] if not left_out.get(step)]
    return [step for step in wanted if step not in deployment.skip_steps]
