"""How a service comes onto a host, without a model: the same steps for each."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.schemas import PlanDeployment, PlannedStep

_COMMANDS = (
    ("Look for Python", "python3 --version", "3.11 or newer is needed"),
    ("Make an environment", "python3 -m venv .venv", "an existing one is kept"),
    ("Install", ".venv/bin/python -m pip install -r requirements.txt", None),
    ("Test the service here", ".venv/bin/python service-test.py SERVICE", "must pass"),
)
_START = (
    "Have the host's service manager run "
    "`.venv/bin/python -m uvicorn service:app --host 127.0.0.1 --port 8000`."
)


def plan_deployment(inputs: Mapping[str, str]) -> PlanDeployment:
    """How a FastAPI service comes onto a host; every step can be repeated."""
    steps = [
        PlannedStep(title=title, command=command, action="remote:run", details=details)
        for title, command, details in _COMMANDS
    ]
    start = PlannedStep(title="Start it", command="", action="noop", details=_START)
    return PlanDeployment(steps=[*steps, start])
