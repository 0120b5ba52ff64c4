"""Diagnosis of a failure by rules: a line that proves it names it, and one table gives the action.

Nothing here turns a failure into a success: the action on an unknown failure is FAIL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from assistant.schemas import (
    Action,
    ActionType,
    AnalyzeDeploymentError,
    AnalyzeFailure,
    DetermineRetryStrategy,
    Kind,
    SuggestedStep,
)


class Rule(NamedTuple):
    """What is done about a kind of failure, and the line of a log that proves it."""

    action: ActionType
    pattern: str = r"(?!)"  # matches nothing; the group that matches is what to act on
    confidence: float = 0.0  # to 1


RULES: Mapping[Kind, Rule] = {
    "disk_full": Rule("MAINTENANCE", r"No space left on device|\bENOSPC\b", 0.95),
    "out_of_memory": Rule("FAIL", r"^MemoryError\b|\bOOMKilled\b|[Oo]ut of memory", 0.9),
    "missing_dependency": Rule(
        "INSTALL_DEPENDENCY",
        r"ModuleNotFoundError: No module named '([\w.]+)'|\bpip install ['\"]?([A-Za-z][\w-]*)",
        0.9,
    ),
    "local_module_missing": Rule("CODE_FIX", r"ImportError: cannot import name '\w+' from", 0.85),
    "code_syntax_error": Rule("CODE_FIX", r"^\s*(?:SyntaxError|IndentationError|TabError):", 0.95),
    "port_in_use": Rule(
        "FREE_PORT",
        r"', (\d+)\): [Aa]ddress already in use|[Aa]ddress already in use(?:[^\n]*?:(\d{2,5})\b)?|"
        r"EADDRINUSE[^\n]*?:(\d+)|[Pp]ort (\d+) is (?:already )?in use",
        0.9,
    ),
    "azure_cli_missing": Rule("INSTALL_TOOL", r"\baz: (?:command )?not found", 0.9),
    "azure_auth_failed": Rule("REAUTHENTICATE", r"AADSTS\d+|[Pp]lease run '?az login", 0.9),
    "llm_provider_infra": Rule(
        "SWITCH_PROVIDER",
        r"insufficient_quota|invalid_api_key|rate_limit_exceeded|RateLimitError|overloaded_error",
        0.8,
    ),
    "network_error": Rule(
        "WAIT_AND_RETRY",
        r"Name or service not known|Temporary failure in name resolution|getaddrinfo failed|"
        r"Network is unreachable|CERTIFICATE_VERIFY_FAILED|Connection reset by peer",
        0.8,
    ),
    "permission_denied": Rule("FAIL", r"PermissionError: \[Errno 13\]|[Pp]ermission denied", 0.85),
    "docker_build_error": Rule("REPROVISION", r"failed to solve:|dockerfile parse error", 0.8),
    "patch_apply_error": Rule("CODE_FIX", r"error: patch failed|patch does not apply", 0.9),
    "test_failed": Rule(
        "CODE_FIX",
        r"^FAILED \((?:failures|errors)=|^E?\s*AssertionError\b|^=+ .*\d+ failed",
        0.85,
    ),
    "service_timeout": Rule(
        "EXTEND_TIMEOUT",
        r"not healthy after|did not become healthy|[Hh]ealth ?check (?:timed out|failed)",
        0.7,
    ),
    "provision_failed": Rule("REPROVISION"),
    "github_action_failed": Rule("FAIL"),
    "auditor_reject": Rule("CODE_FIX"),
    "unknown": Rule("FAIL"),
}
"""Causes stand before symptoms: the first that a line proves is the diagnosis."""

BY_A_PERSON: Mapping[ActionType, str] = {
    "CODE_FIX": "mend the code and run its tests",
    "TEST_FIX": "mend the tests",
    "INSTALL_DEPENDENCY": "add the package to the feature's requirements.txt, after a look at its "
    "name",
    "REPROVISION": "run the step again",
    "EXTEND_TIMEOUT": "raise the time-out and run the step again",
    "FREE_PORT": "stop what holds the port, or choose another",
    "INSTALL_TOOL": "install the tool that is missing",
    "REAUTHENTICATE": "log in again",
    "SWITCH_PROVIDER": "look at the provider's key and quota, or configure another one",
    "MAINTENANCE": "make room on the disk",
    "WAIT_AND_RETRY": "wait, and run the step again",
    "FAIL": "mend the cause that the evidence names",
}
"""What a person does where the action cannot be taken here."""

_OWN_MODULES = ("main", "service", "test", "service_test_base")  # a feature's files, imported
_MOST_RETRIES = 3
_PASSING = ("network_error", "llm_provider_infra")
_LINE_CHARS = 300


@dataclass(frozen=True, slots=True)
class ErrorAnalysis:
    """A failure with the line that proves it, without blanks around it, cut at 300 characters."""

    kind: Kind
    target: str | None  # the package, port, file or host to act on
    confidence: float
    line: str
    number: int  # of the line in the log, from 1

    @property
    def action(self) -> ActionType:
        return RULES[self.kind].action

    @property
    def summary(self) -> str:
        return f"{self.kind.replace('_', ' ')}: {self.line}"


def action_for(kind: Kind) -> ActionType | None:
    """The action on a kind of failure; None where it is unknown and a model may be asked."""
    return None if kind == "unknown" else RULES[kind].action


def diagnose(log: str) -> ErrorAnalysis | None:
    """The failure by name where a line of the log proves it, None where none does."""
    for kind, rule in RULES.items():
        match = re.search(rule.pattern, log, re.MULTILINE)
        if match is None:
            continue
        target = next((group.split(".")[0] for group in match.groups() if group), None)
        if kind == "missing_dependency" and target in _OWN_MODULES:
            kind, target = "local_module_missing", None
        start = log.rfind("\n", 0, match.start()) + 1
        end = log.find("\n", match.end())
        line = log[start : end if end >= 0 else len(log)].strip()[:_LINE_CHARS]
        return ErrorAnalysis(kind, target, rule.confidence, line, log.count("\n", 0, start) + 1)
    return None


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


def _log(inputs: Mapping[str, str]) -> str:
    return inputs.get("log", "") or inputs.get("failure", "")
