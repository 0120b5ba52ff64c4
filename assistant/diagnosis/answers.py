"""Judgement as the offline model gives it: the functions that a model would be asked to call."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.diagnosis.actions import BY_A_PERSON
from assistant.diagnosis.diagnose import ErrorAnalysis, diagnose
from assistant.schemas import (
    Action,
    AnalyzeDeploymentError,
    AnalyzeFailure,
    DetermineRetryStrategy,
    PlanDeployment,
    PlannedStep,
    SuggestedStep,
)

_MOST_RETRIES = 3
_PASSING = ("network_error", "llm_provider_infra")
# How a service comes onto a host, without a model: the same steps for each.
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


def analyze_deployment_error(inputs: Mapping[str, str]) -> AnalyzeDeploymentError:
    """The failure by name where its text proves it, otherwise unknown."""
    proven = diagnose(_log(inputs))
    found = proven or ErrorAnalysis("unknown", None, 0.0, "a model would have to read the log", 0)
    because = f"Line {found.number} of the log proves it." if proven else "No line proves more."
    return AnalyzeDeploymentError(
        error_type=found.kind,
        summary=found.summary,
        root_cause=found.line,
        confidence=found.confidence,
        action=Action(type=found.action, target=found.target, parameters=[]),
        reasoning=because,
    )


def determine_retry_strategy(inputs: Mapping[str, str]) -> DetermineRetryStrategy:
    """Again, only where time alone can help and not for ever."""
    found = diagnose(_log(inputs))
    attempts = len([line for line in inputs.get("attempts", "").splitlines() if line.strip()])
    passing = found is not None and found.kind in _PASSING
    if not passing or attempts >= _MOST_RETRIES:
        why = "It was tried often enough." if passing else "Nothing says that time would mend it."
        return DetermineRetryStrategy(retry=False, delay_seconds=0, resume_at=None, reasoning=why)
    return DetermineRetryStrategy(
        retry=True,
        delay_seconds=5.0 * 2**attempts,
        resume_at=inputs.get("step") or None,
        reasoning="Such failures pass by themselves.",
    )


def analyze_failure(inputs: Mapping[str, str]) -> AnalyzeFailure:
    """What failed, in the log's own words, and where to look next."""
    found, log = diagnose(_log(inputs)), _log(inputs).strip()
    if found:
        summary, title = f"failed with {found.summary}", BY_A_PERSON[found.action]
    else:
        last = (
            f"Its last line: {log.splitlines()[-1].strip()[:300]}" if log else "Its log is empty."
        )
        summary = f"failed, and no rule knows why. {last}"
        title = "read the log from its first error on"
    return AnalyzeFailure(
        summary=f"{inputs.get('step') or 'the step'} {summary}",
        suggested_step=SuggestedStep(
            title=title[0].upper() + title[1:],
            command="",
            action=found.action if found else None,
            details=f"act on {found.target}" if found and found.target else None,
        ),
    )


def plan_deployment(_: Mapping[str, str]) -> PlanDeployment:
    """How a FastAPI service comes onto a host; every step can be repeated."""
    steps = [
        PlannedStep(title=title, command=command, action="remote:run", details=details)
        for title, command, details in _COMMANDS
    ]
    start = PlannedStep(title="Start it", command="", action="noop", details=_START)
    return PlanDeployment(steps=[*steps, start])


def _log(inputs: Mapping[str, str]) -> str:
    return inputs.get("log", "") or inputs.get("failure", "")
