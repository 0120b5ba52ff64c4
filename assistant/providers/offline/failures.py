"""What failed, by a few plain rules; what no rule names stays unknown and fails.

Nothing here turns a failure into a success: the action of an unknown failure is FAIL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.schemas import (
    Action,
    ActionType,
    AnalyzeDeploymentError,
    AnalyzeFailure,
    DetermineRetryStrategy,
    Kind,
    PlanDeployment,
    PlannedStep,
    SuggestedStep,
)

OWN_MODULES = frozenset({"main", "service", "test", "service_test_base"})
MOST_RETRIES = 3


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line that proves a kind of failure; its one group that matches is what to act on."""

    kind: Kind
    action: ActionType
    confidence: float
    pattern: re.Pattern[str]


def _rule(kind: Kind, action: ActionType, confidence: float, pattern: str) -> _Rule:
    return _Rule(kind, action, confidence, re.compile(pattern, re.MULTILINE))


# Causes before symptoms: the first rule that finds its line names the failure.
_RULES = (
    _rule("disk_full", "MAINTENANCE", 0.95, r"No space left on device|\bENOSPC\b"),
    _rule("out_of_memory", "FAIL", 0.9, r"^MemoryError\b|\bOOMKilled\b|[Oo]ut of memory"),
    _rule(
        "missing_dependency",
        "INSTALL_DEPENDENCY",
        0.9,
        r"ModuleNotFoundError: No module named '([\w.]+)'",
    ),
    _rule("local_module_missing", "CODE_FIX", 0.85, r"ImportError: cannot import name '\w+' from"),
    _rule("code_syntax_error", "CODE_FIX", 0.95, r"^\s*(?:SyntaxError|IndentationError|TabError):"),
    _rule(
        "port_in_use",
        "FREE_PORT",
        0.9,
        r"', (\d+)\): [Aa]ddress already in use|[Aa]ddress already in use(?:[^\n]*?:(\d{2,5})\b)?|"
        r"EADDRINUSE[^\n]*?:(\d+)|[Pp]ort (\d+) is (?:already )?in use",
    ),
    _rule("azure_cli_missing", "INSTALL_TOOL", 0.9, r"\baz: (?:command )?not found"),
    _rule("azure_auth_failed", "REAUTHENTICATE", 0.9, r"AADSTS\d+|[Pp]lease run '?az login"),
    _rule(
        "llm_provider_infra",
        "SWITCH_PROVIDER",
        0.8,
        r"insufficient_quota|invalid_api_key|rate_limit_exceeded|RateLimitError|overloaded_error",
    ),
    _rule(
        "network_error",
        "WAIT_AND_RETRY",
        0.8,
        r"Name or service not known|Temporary failure in name resolution|getaddrinfo failed|"
        r"Network is unreachable|CERTIFICATE_VERIFY_FAILED|Connection reset by peer",
    ),
    _rule("permission_denied", "FAIL", 0.85, r"PermissionError: \[Errno 13\]|[Pp]ermission denied"),
    _rule("docker_build_error", "REPROVISION", 0.8, r"failed to solve:|dockerfile parse error"),
    _rule("patch_apply_error", "CODE_FIX", 0.9, r"error: patch failed|patch does not apply"),
    _rule(
        "test_failed",
        "CODE_FIX",
        0.85,
        r"^FAILED \((?:failures|errors)=|^E?\s*AssertionError\b|^=+ .*\d+ failed",
    ),
    _rule(
        "service_timeout",
        "EXTEND_TIMEOUT",
        0.7,
        r"not healthy after|did not become healthy|[Hh]ealth ?check (?:timed out|failed)",
    ),
)


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Kind
    action: ActionType
    confidence: float
    line: str
    target: str | None


def _find(log: str) -> _Found | None:
    for rule in _RULES:
        match = rule.pattern.search(log)
        if match is None:
            continue
        target = next((group for group in match.groups() if group), None)
        start = log.rfind("\n", 0, match.start()) + 1
        end = log.find("\n", match.end())
        line = log[start : end if end >= 0 else len(log)].strip()[:300]
        kind, action = rule.kind, rule.action
        if kind == "missing_dependency" and target and target.split(".")[0] in OWN_MODULES:
            kind, action, target = "local_module_missing", "CODE_FIX", None
        return _Found(kind, action, rule.confidence, line, target.split(".")[0] if target else None)
    return None


def analyze_deployment_error(inputs: Mapping[str, str]) -> AnalyzeDeploymentError:
    """The failure by name where its text proves it, otherwise unknown."""
    found = _find(inputs.get("log", "") or inputs.get("failure", ""))
    if found is None:
        return AnalyzeDeploymentError(
            error_type="unknown",
            summary="No rule knows this failure.",
            root_cause="unknown: a model would have to read the log",
            confidence=0.0,
            action=Action(type="FAIL", target=None, parameters=[]),
            reasoning="The offline model names only what a line of the log proves.",
        )
    return AnalyzeDeploymentError(
        error_type=found.kind,
        summary=f"{found.kind.replace('_', ' ')}: {found.line}",
        root_cause=found.line,
        confidence=found.confidence,
        action=Action(type=found.action, target=found.target, parameters=[]),
        reasoning="A line of the log proves it.",
    )


def determine_retry_strategy(inputs: Mapping[str, str]) -> DetermineRetryStrategy:
    """Again, only where time alone can help and not for ever."""
    found = _find(inputs.get("log", "") or inputs.get("failure", ""))
    attempts = len([line for line in inputs.get("attempts", "").splitlines() if line.strip()])
    passing = found is not None and found.kind in ("network_error", "llm_provider_infra")
    if not passing or attempts >= MOST_RETRIES:
        why = "It was tried often enough." if passing else "Nothing says that time would mend it."
        return DetermineRetryStrategy(retry=False, delay_seconds=0, resume_at=None, reasoning=why)
    return DetermineRetryStrategy(
        retry=True,
        delay_seconds=5.0 * 2**attempts,
        resume_at=inputs.get("step") or None,
        reasoning="Such failures pass by themselves.",
    )


def plan_deployment(inputs: Mapping[str, str]) -> PlanDeployment:
    """How a FastAPI service comes onto a host; every step can be repeated."""
    commands = (
        ("Look for Python", "python3 --version", "3.11 or newer is needed"),
        ("Make an environment", "python3 -m venv .venv", "an existing one is kept"),
        ("Install", ".venv/bin/python -m pip install -r requirements.txt", None),
        ("Test the service here", ".venv/bin/python service-test.py SERVICE", "must pass"),
    )
    steps = [
        PlannedStep(title=title, command=command, action="remote:run", details=details)
        for title, command, details in commands
    ]
    steps.append(
        PlannedStep(
            title="Start it",
            command="",
            action="noop",
            details="Have the host's service manager run "
            "`.venv/bin/python -m uvicorn service:app --host 127.0.0.1 --port 8000`.",
        )
    )
    return PlanDeployment(steps=steps)


def analyze_failure(inputs: Mapping[str, str]) -> AnalyzeFailure:
    """What failed, in the log's own words, and where to look next."""
    log = inputs.get("log", "") or inputs.get("failure", "")
    found = _find(log)
    step = inputs.get("step", "") or "the step"
    if found is None:
        lines = [line.strip() for line in log.splitlines() if line.strip()]
        told = f" Its last line: {lines[-1][:300]}" if lines else " Its log is empty."
        return AnalyzeFailure(
            summary=f"{step} failed, and no rule knows why.{told}",
            suggested_step=SuggestedStep(
                title="Read the log from its first error on", command="", action=None, details=None
            ),
        )
    return AnalyzeFailure(
        summary=f"{step} failed with {found.kind.replace('_', ' ')}: {found.line}",
        suggested_step=SuggestedStep(
            title=_NEXT.get(found.action, "Mend the cause and run the step again"),
            command="",
            action=found.action,
            details=f"act on {found.target}" if found.target else None,
        ),
    )


_NEXT: dict[ActionType, str] = {
    "CODE_FIX": "Mend the code and run its tests",
    "INSTALL_DEPENDENCY": "Add the package to requirements.txt, after a look at its name",
    "FREE_PORT": "Stop what holds the port, or choose another",
    "REAUTHENTICATE": "Log in again",
    "INSTALL_TOOL": "Install the tool that is missing",
    "WAIT_AND_RETRY": "Wait, and run the step again",
    "SWITCH_PROVIDER": "Look at the provider's key and quota, or configure another one",
    "MAINTENANCE": "Make room on the disk",
}
