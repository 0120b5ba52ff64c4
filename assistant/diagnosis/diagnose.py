"""Diagnosis of a failure by rules: a line that proves it names it, and one table gives the action.

Nothing here turns a failure into a success: the action on an unknown failure is FAIL.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from assistant.diagnosis.actions import ACTIONS, INFRA
from assistant.diagnosis.ranking import confidence, root_cause
from assistant.diagnosis.redaction import redacted
from assistant.diagnosis.scan import SHOWN, scan
from assistant.kinds import Kind, RecoveryAction
from ledger.text.printable import printable

if TYPE_CHECKING:
    from assistant.diagnosis.last_good import LastGood

_LISTED = 5  # lines that the log of the last good run lacks
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
        known: whether the last good run says the same, which makes it a poor explanation.
        new: the first lines, with their numbers, that the last good run does not say; only where
            no pattern names any of them.
    """

    kind: Kind
    target: str | None
    confidence: float
    line: str
    number: int
    rule: str = ""
    module: str = ""
    known: bool = False
    new: tuple[tuple[int, str], ...] = ()

    @property
    def action(self) -> RecoveryAction:
        return ACTIONS[self.kind]

    @property
    def summary(self) -> str:
        return f"{self.kind.replace('_', ' ')}: {self.line}"

    def to_json(self) -> dict[str, Any]:
        """The result of `analyze` as contract/CLI.md has it."""
        proof = [(self.number, self.line)] if self.number else []
        evidence = [{"line": number, "text": text} for number, text in (*proof, *self.new)]
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
UNNAMED_NEW = replace(UNKNOWN, line="no rule names what the last good run does not say")


def analyze_log(stream: BinaryIO, good: LastGood | None = None) -> ErrorAnalysis:
    """Name the failure in a log; UNKNOWN where no rule does.

    What the log of the last good run says too names it only where nothing is new. With such a log
    the stream has to be one that can be read again.
    """
    found = scan(stream, good)
    cause = root_cause(found)
    if cause is None:
        analysis = UNKNOWN if found.lines else EMPTY
    else:
        analysis = ErrorAnalysis(
            kind=cause.kind,
            target=redacted(printable(cause.target)) if cause.target else None,
            confidence=confidence(cause, found),
            line=_shown(cause.text),
            number=cause.line.number,
            rule=cause.pattern.id,
            module=cause.module,
            known=cause.known,
        )
    if good is None or not (cause is None or cause.known):
        return analysis
    stream.seek(0)
    fresh = islice((one for one in good.lacking(stream) if not one.quiet), _LISTED)
    new = tuple((one.number, _shown(one.text[:SHOWN].decode("utf-8", "replace"))) for one in fresh)
    return replace(UNNAMED_NEW, new=new) if new else analysis


def _shown(text: str) -> str:
    return printable(redacted(text))


def diagnose(log: str, good: LastGood | None = None, *, own: str = "") -> ErrorAnalysis | None:
    """The failure by name where a line of the log proves it, None where none does.

    A missing module of the project's `own` is none of a package.
    """
    found = analyze_log(io.BytesIO(log.encode("utf-8", "replace")), good)
    if own and found.module.partition(".")[0] == own:
        target = f"{found.module.replace('.', '/')}.py"
        return replace(found, kind="local_module_missing", target=target, module="")
    return None if found.kind == "unknown" else found
