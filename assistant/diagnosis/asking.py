"""What a model is shown of a failure that no rule names, and what of its answer is taken.

The log is quoted data: a budgeted part of it, with original line numbers and without secrets. An
answer is refused where its action does not belong to its kind, or where its target is not in what
the model was shown.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping
from itertools import islice
from typing import BinaryIO, get_args

from assistant.diagnosis.actions import ACTIONS
from assistant.diagnosis.last_good import LastGood
from assistant.diagnosis.redaction import redacted
from assistant.diagnosis.scan import scan
from assistant.kinds import Kind, RecoveryAction
from assistant.schemas import AnalyzeDeploymentError

MOST = 12_000  # characters; what lies between is not needed, and every one is paid for
_BEFORE, _AFTER = 4, 6  # lines around one that a pattern knows
_TAIL = 40  # lines
_KNOWN = 60  # lines that a pattern knows
_LINE = 500  # characters

_BORNE: Mapping[Kind, set[RecoveryAction]] = {
    "missing_dependency": {"CODE_FIX"},
    "local_module_missing": {"TEST_FIX"},
    "code_syntax_error": {"TEST_FIX"},
    "test_failed": {"TEST_FIX"},
    "docker_build_error": {"CODE_FIX"},
    "provision_failed": {"CODE_FIX", "REAUTHENTICATE", "INSTALL_TOOL"},
    "service_timeout": {"CODE_FIX", "REPROVISION"},
    "port_in_use": {"REPROVISION"},
    "llm_provider_infra": {"WAIT_AND_RETRY", "REAUTHENTICATE"},
    "network_error": {"REPROVISION"},
    "out_of_memory": {"CODE_FIX", "REPROVISION"},
    "disk_full": {"WAIT_AND_RETRY"},
    "permission_denied": {"REAUTHENTICATE", "CODE_FIX"},
    "github_action_failed": {"WAIT_AND_RETRY"},
    "auditor_reject": {"TEST_FIX"},
}
"""What else than the action of the table, and FAIL, may be done about a kind."""

_TARGETED: Mapping[RecoveryAction, re.Pattern[str]] = {
    "INSTALL_DEPENDENCY": re.compile(r"[A-Za-z0-9][\w.-]{0,99}(?:\[[\w, -]{1,99}\])?"),
    "FREE_PORT": re.compile(r"\d{2,5}"),
}
"""Actions that need a target, and what it looks like."""
_NUMBER = re.compile(r"^ {0,5}\d+ (?=.)", re.MULTILINE)  # of a line, as it is shown
_WORD = re.compile(r"[a-z0-9]+")
_FAILURE = re.compile(
    r"(?i)error|fail|missing|\bno\b|\bnot\b|n't\b|\bcannot\b|unable|unknown|refus|requires?\b"
    r"|needs?\b|already|in use"
)
_ACTION_NAMES = "|".join(one for one in get_args(RecoveryAction) if "_" in one)
_ADDRESSED = re.compile(
    r"(?i)\b(?:ignore|disregard|forget) (?:all|any|every|the|previous|your)\b|\[/?inst\]|<\|im_"
    r"|</?log>|^[\W\d]*(?:system|assistant|human|user|instructions?)\s*:|\bfor ai\b"
    r"|\bas an ai\b|\byou (?:are|may|must|should|can) now\b|error_type|fix_target"
    rf"|\bnote to (?:the |any )?(?:model|ai|assistant|agent)|\b(?:{_ACTION_NAMES})\b"
)
"""What is said to whoever reads the log; no tool reports a failure so."""


def excerpt(log: str | BinaryIO, good: LastGood | None = None, limit: int = MOST) -> str:
    """The part of a log that a model is shown, at most `limit` characters.

    All of it where it is short; else the last lines and those around what a pattern knows, and
    around what the log of the last good run does not say, where there is one; all with numbers.
    A stream is read from its beginning, more than once.
    """
    stream = io.BytesIO(log.encode("utf-8", "replace")) if isinstance(log, str) else log
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size <= limit:
        return redacted(stream.read().decode("utf-8", "replace"))
    scanned = scan(stream, good)
    numbers = {one.line.number for one in scanned.findings if not one.known}
    if good:
        stream.seek(0)
        numbers.update(one.number for one in islice(good.lacking(stream), _KNOWN))
    near: set[int] = set()
    for number in sorted(numbers)[:_KNOWN]:
        near.update(range(max(1, number - _BEFORE), number + _AFTER + 1))
    tail = range(max(1, scanned.lines - _TAIL), scanned.lines + 1)
    stream.seek(0)
    shown = _numbered(stream, near.union(tail))
    known = "\n".join(line for number, line in shown.items() if number not in tail)
    last = "\n".join(line for number, line in shown.items() if number in tail)
    return f"{known[: limit // 2]}\n…\n{last[-(limit // 2 - 3) :]}"


def _numbered(stream: BinaryIO, wanted: Collection[int]) -> dict[int, str]:
    """Those lines of a log, without secrets, cut at 500 characters and with their numbers."""
    return {
        number: f"{number:6} {redacted(line.decode('utf-8', 'replace').rstrip()[:_LINE])}"
        for number, line in enumerate(stream, 1)
        if number in wanted
    }


def refusal(answer: AnalyzeDeploymentError, shown: str, failed: Kind = "unknown") -> str:
    """Why an answer is not acted on, "" where it is; failed is what the step says it is."""
    action = answer.action.type
    return unborne(answer.error_type, action, answer.action.target or "", shown, failed)


def target_of(answer: AnalyzeDeploymentError) -> str:
    """The target of an answer's action, "" for an action that takes none."""
    return answer.action.target or "" if answer.action.type in _TARGETED else ""


def unborne(
    kind: Kind, action: RecoveryAction, target: str, shown: str, failed: Kind = "unknown"
) -> str:
    """Why a log does not bear an action on a kind of failure, "" where it does.

    A target counts where a line reports a failure about it, not where the log speaks to a model;
    tests are only replaced where one has failed.
    """
    if action not in {ACTIONS[kind], "FAIL", *_BORNE.get(kind, ())}:
        return f"{action} is no action on {kind.replace('_', ' ')}"
    if action == "TEST_FIX" and "test_failed" not in {failed, *_kinds(shown)}:
        return "no test failed that could be wrong"
    form = _TARGETED.get(action)
    if form and not form.fullmatch(target):
        return f"{action} needs a target, and {target[:60]!r} is none"
    if form and not _names(shown, target):
        return f"{target!r} is not in the log"
    if form and not any(_reports(line, target) for line in shown.splitlines()):
        return f"no line of the log reports a failure about {target!r}"
    return ""


def _kinds(shown: str) -> set[Kind]:
    """The kinds of failure that patterns see in a log as it was shown."""
    plain = _NUMBER.sub("", shown)
    return {one.kind for one in scan(io.BytesIO(plain.encode("utf-8", "replace"))).findings}


def _reports(line: str, target: str) -> bool:
    return _names(line, target) and bool(_FAILURE.search(line)) and not _ADDRESSED.search(line)


def _names(text: str, target: str) -> bool:
    """Whether a text has a target as words of its own, however they are joined."""
    words, wanted = (
        "-".join(_WORD.findall(one.lower())) for one in (text, target.partition("[")[0])
    )
    return f"-{wanted}-" in f"-{words}-"
