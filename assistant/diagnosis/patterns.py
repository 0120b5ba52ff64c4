"""Lines that prove a kind of failure, as data; causes stand before symptoms, the first hit wins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.diagnosis.kinds import Kind


@dataclass(frozen=True, slots=True)
class Pattern:
    """A line that proves a kind of failure.

    Attributes:
        confidence: from 0 to 1.
        expression: searched for in the whole log; its one group that matches is what to act on.
    """

    kind: Kind
    confidence: float
    expression: re.Pattern[str]


def _pattern(kind: Kind, confidence: float, expression: str) -> Pattern:
    return Pattern(kind, confidence, re.compile(expression, re.MULTILINE))


PATTERNS: tuple[Pattern, ...] = (
    _pattern("disk_full", 0.95, r"No space left on device|\bENOSPC\b"),
    _pattern("out_of_memory", 0.9, r"^MemoryError\b|\bOOMKilled\b|[Oo]ut of memory"),
    _pattern("missing_dependency", 0.9, r"ModuleNotFoundError: No module named '([\w.]+)'"),
    _pattern("local_module_missing", 0.85, r"ImportError: cannot import name '\w+' from"),
    _pattern("code_syntax_error", 0.95, r"^\s*(?:SyntaxError|IndentationError|TabError):"),
    _pattern(
        "port_in_use",
        0.9,
        r"', (\d+)\): [Aa]ddress already in use|[Aa]ddress already in use(?:[^\n]*?:(\d{2,5})\b)?|"
        r"EADDRINUSE[^\n]*?:(\d+)|[Pp]ort (\d+) is (?:already )?in use",
    ),
    _pattern("azure_cli_missing", 0.9, r"\baz: (?:command )?not found"),
    _pattern("azure_auth_failed", 0.9, r"AADSTS\d+|[Pp]lease run '?az login"),
    _pattern(
        "llm_provider_infra",
        0.8,
        r"insufficient_quota|invalid_api_key|rate_limit_exceeded|RateLimitError|overloaded_error",
    ),
    _pattern(
        "network_error",
        0.8,
        r"Name or service not known|Temporary failure in name resolution|getaddrinfo failed|"
        r"Network is unreachable|CERTIFICATE_VERIFY_FAILED|Connection reset by peer",
    ),
    _pattern("permission_denied", 0.85, r"PermissionError: \[Errno 13\]|[Pp]ermission denied"),
    _pattern("docker_build_error", 0.8, r"failed to solve:|dockerfile parse error"),
    _pattern("patch_apply_error", 0.9, r"error: patch failed|patch does not apply"),
    _pattern(
        "test_failed",
        0.85,
        r"^FAILED \((?:failures|errors)=|^E?\s*AssertionError\b|^=+ .*\d+ failed",
    ),
    _pattern(
        "service_timeout",
        0.7,
        r"not healthy after|did not become healthy|[Hh]ealth ?check (?:timed out|failed)",
    ),
)
