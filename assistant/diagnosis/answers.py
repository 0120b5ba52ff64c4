"""The contract's functions on failures, answered by the rules alone.

Nothing here turns a failure into a success: the action on an unknown failure is FAIL.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.diagnosis.actions import BY_A_PERSON
from assistant.diagnosis.diagnose import ErrorAnalysis, diagnose
from assistant.schemas import (
    Action,
    AnalyzeDeploymentError,
    AnalyzeFailure,
    DetermineRetryStrategy,
    SuggestedStep,
)

MOST_RETRIES = 3
_PASSING = ("network_error", "llm_provider_infra")


def analyze_deployment_error(inputs: Mapping[str, str]) -> AnalyzeDeploymentError:
    """The failure by name where its text proves it, otherwise unknown."""
    found = _diagnose(inputs)
    if found is None:
        return AnalyzeDeploymentError(
            error_type="unknown",
            summary="No rule knows this failure.",
            root_cause="unknown: a model would have to read the log",
            confidence=0.0,
            action=Action(type="FAIL", target=None, parameters=[]),
            reasoning="The rules name only what a line of the log proves.",
        )
    return AnalyzeDeploymentError(
        error_type=found.kind,
        summary=_summary(found),
        root_cause=found.line,
        confidence=found.confidence,
        action=Action(type=found.action, target=found.target, parameters=[]),
        reasoning=f"Line {found.number} of the log proves it.",
    )


def determine_retry_strategy(inputs: Mapping[str, str]) -> DetermineRetryStrategy:
    """Again, only where time alone can help and not for ever."""
    found = _diagnose(inputs)
    attempts = len([line for line in inputs.get("attempts", "").splitlines() if line.strip()])
    passing = found is not None and found.kind in _PASSING
    if not passing or attempts >= MOST_RETRIES:
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
    found = _diagnose(inputs)
    step = inputs.get("step", "") or "the step"
    if found is None:
        lines = [line.strip() for line in _log(inputs).splitlines() if line.strip()]
        last = f" Its last line: {lines[-1][:300]}" if lines else " Its log is empty."
        return AnalyzeFailure(
            summary=f"{step} failed, and no rule knows why.{last}",
            suggested_step=SuggestedStep(
                title="Read the log from its first error on", command="", action=None, details=None
            ),
        )
    title = BY_A_PERSON[found.action]
    return AnalyzeFailure(
        summary=f"{step} failed with {_summary(found)}",
        suggested_step=SuggestedStep(
            title=title[0].upper() + title[1:],
            command="",
            action=found.action,
            details=f"act on {found.target}" if found.target else None,
        ),
    )


def _log(inputs: Mapping[str, str]) -> str:
    return inputs.get("log", "") or inputs.get("failure", "")


def _diagnose(inputs: Mapping[str, str]) -> ErrorAnalysis | None:
    return diagnose(_log(inputs))


def _summary(found: ErrorAnalysis) -> str:
    return f"{found.kind.replace('_', ' ')}: {found.line}"
