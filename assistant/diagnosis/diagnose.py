"""Diagnosis of a failure by rules: a line that proves it names it, and one table gives the action.

Nothing here turns a failure into a success: the action on an unknown failure is FAIL.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from assistant.diagnosis.actions import ACTIONS, INFRA
from assistant.diagnosis.ranking import confidence, root_cause
from assistant.diagnosis.redaction import redacted
from assistant.diagnosis.scan import scan
from assistant.kinds import ActionType, Kind
from ledger.text.printable import printable

_UNNAMED = 0.4  # the share of logs without any finding that no kind fits, measured


@dataclass(frozen=True, slots=True)
class ErrorAnalysis:
    """A failure with the line that proves it.

    Attributes:
        target: the package, port, file or host to act on.
        line: the message, without blanks around it, secrets and control characters, cut at 300.
        number: of the line in the log, from 1; 0 where none proves anything.
        rule: the pattern's id, "" where no rule knows it.
        module: the dotted name of a module whose package is the target, "" for all else.
    """

    kind: Kind
    target: str | None
    confidence: float
    line: str
    number: int
    rule: str = ""
    module: str = ""

    @property
    def action(self) -> ActionType:
        return ACTIONS[self.kind]

    @property
    def summary(self) -> str:
        return f"{self.kind.replace('_', ' ')}: {self.line}"

    def to_json(self) -> dict[str, Any]:
        """The result of `analyze` as contract/CLI.md has it."""
        evidence = [{"line": self.number, "text": self.line}] if self.number else []
        return {
            "schema": 1,
            "error_type": self.kind,
            "confidence": self.confidence,
            "root_cause": self.line,
            "fix_target": self.target,
            "action": {"type": self.action, "target": self.target, "parameters": []},
            "infra": self.kind in INFRA,
            "evidence": evidence,
            "rule": self.rule,
        }


UNKNOWN = ErrorAnalysis("unknown", None, _UNNAMED, "no line says what a rule knows", 0)
EMPTY = replace(UNKNOWN, line="the log is empty")


def analyze_log(stream: BinaryIO) -> ErrorAnalysis:
    """Name the failure in a log; UNKNOWN where no rule does."""
    found = scan(stream)
    cause = root_cause(found)
    if cause is None:
        return UNKNOWN if found.lines else EMPTY
    return ErrorAnalysis(
        kind=cause.kind,
        target=redacted(printable(cause.target)) if cause.target else None,
        confidence=confidence(cause, found),
        line=printable(redacted(cause.text)),
        number=cause.line.number,
        rule=cause.pattern.id,
        module=cause.module,
    )


def diagnose(log: str) -> ErrorAnalysis | None:
    """The failure by name where a line of the log proves it, None where none does."""
    found = analyze_log(io.BytesIO(log.encode("utf-8", "replace")))
    return None if found.kind == "unknown" else found
