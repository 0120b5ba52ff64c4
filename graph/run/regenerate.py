"""Whether generated files that exist are written anew: where flags and settings combine.

In this order, the first that says something decides:

1. ``--no-regenerate``, or ``ai_generate_code: false``: every file that is there is kept.
2. ``--regenerate PART``: the files of that part are written anew.
3. ``deployment.regenerate_test``, ``regenerate_main``, ``regenerate_service``, where not null.
4. Any ``--regenerate``: the parts that it does not name are kept.

Where none of them decides, a run of a feature that exists is refused.
"""

from __future__ import annotations

from typing import Literal, get_args

from graph.errors import ConfigError
from graph.plan import deploys
from graph.run.request import RunRequest

Part = Literal["tests", "main", "service"]
PARTS: tuple[Part, ...] = get_args(Part)

TESTS, MAIN, SERVICE, SERVICE_TESTS = "test.py", "main.py", "service.py", "service-test.py"
GENERATED = (TESTS, MAIN, SERVICE, SERVICE_TESTS)

_PART_OF: dict[str, Part] = {
    TESTS: "tests",
    MAIN: "main",
    SERVICE: "service",
    SERVICE_TESTS: "tests",
}
CHOICES = (
    "--regenerate all writes the feature anew (tests, main or service: that part alone, "
    "the others are kept); --no-regenerate tests, commits and deploys what is there"
)


def regenerate_setting(request: RunRequest, name: str) -> bool | None:
    """Whether a generated file that is there is written anew; None where nothing decides."""
    if keeps_everything(request):
        return False
    part = _PART_OF[name]
    if part in request.regenerate:
        return True
    deployment = request.settings.deployment
    keys: dict[Part, bool | None] = {
        "tests": deployment.regenerate_test,
        "main": deployment.regenerate_main,
        "service": deployment.regenerate_service,
    }
    if keys[part] is None and request.regenerate:
        return False
    return keys[part]


def keeps_everything(request: RunRequest) -> bool:
    """Whether no file that is there is written anew, whatever else is set."""
    return request.keep_files or not request.settings.deployment.ai_generate_code


def check_regenerate(request: RunRequest) -> None:
    """Raises ConfigError where the flags contradict each other, the mode or the settings."""
    if not request.regenerate:
        return
    if request.keep_files:
        raise ConfigError("--regenerate", "contradicts --no-regenerate; give one of them")
    if request.recovery:
        raise ConfigError(
            "--regenerate",
            "contradicts --recovery-mode, which goes on with the files of the run that failed; "
            "give one of them",
        )
    deployment = request.settings.deployment
    if not deployment.ai_generate_code:
        raise ConfigError(
            "--regenerate",
            "contradicts deployment.ai_generate_code: false; no model may write a file",
        )
    mode = deployment.provision_mode
    if request.regenerate == ("service",) and not deploys(mode):
        raise ConfigError("--regenerate service", f"mode {mode} has no service")
