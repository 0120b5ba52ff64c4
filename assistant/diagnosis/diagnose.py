"""Diagnosis of a log: the failure that a pattern proves, otherwise unknown."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.diagnosis.actions import ACTIONS
from assistant.diagnosis.kinds import ActionType, Kind
from assistant.diagnosis.patterns import PATTERNS

OWN_MODULES = frozenset({"main", "service", "test", "service_test_base"})
"""What a feature's files are called when they are imported."""

_LINE_CHARS = 300


@dataclass(frozen=True, slots=True)
class ErrorAnalysis:
    """A failure with its proof.

    Attributes:
        target: the package, port, file or host to act on, None where the line names none.
        line: the line that proves it, without blanks around it, cut at 300 characters.
        number: the line's number in the log, from 1.
    """

    kind: Kind
    target: str | None
    confidence: float
    line: str
    number: int

    @property
    def action(self) -> ActionType:
        return ACTIONS[self.kind]


def diagnose(log: str) -> ErrorAnalysis | None:
    """The failure by name where a line of the log proves it, None where none does."""
    for pattern in PATTERNS:
        match = pattern.expression.search(log)
        if match is None:
            continue
        kind = pattern.kind
        target = next((group.split(".")[0] for group in match.groups() if group), None)
        if kind == "missing_dependency" and target in OWN_MODULES:
            kind, target = "local_module_missing", None
        start = log.rfind("\n", 0, match.start()) + 1
        end = log.find("\n", match.end())
        return ErrorAnalysis(
            kind,
            target,
            pattern.confidence,
            log[start : end if end >= 0 else len(log)].strip()[:_LINE_CHARS],
            log.count("\n", 0, start) + 1,
        )
    return None
