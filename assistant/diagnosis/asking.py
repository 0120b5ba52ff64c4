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
from typing import BinaryIO

from assistant.diagnosis.actions import ACTIONS
from assistant.diagnosis.last_good import LastGood
from assistant.diagnosis.redaction import redacted
from assistant.diagnosis.scan import scan
from assistant.kinds import ActionType, Kind
from assistant.schemas import AnalyzeDeploymentError

MOST = 12_000  # characters; what lies between is not needed, and every one is paid for
_BEFORE, _AFTER = 4, 6  # lines around one that a pattern knows
_TAIL = 40  # lines
_KNOWN = 60  # lines that a pattern knows
_LINE = 500  # characters

_BORNE: Mapping[Kind, set[ActionType]] = {
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

_TARGETED: Mapping[ActionType, re.Pattern[str]] = {
    "INSTALL_DEPENDENCY": re.compile(r"[A-Za-z0-9][\w.-]{0,99}(?:\[[\w, -]{1,99}\])?"),
    "FREE_PORT": re.compile(r"\d{2,5}"),
}
"""Actions that need a target, and what it looks like."""


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


def refusal(answer: AnalyzeDeploymentError, shown: str) -> str:
    """Why an answer is not acted on, "" where it is."""
    return unborne(answer.error_type, answer.action.type, answer.action.target or "", shown)


def unborne(kind: Kind, action: ActionType, target: str, shown: str) -> str:
    """Why a log does not bear an action on a kind of failure, "" where it does."""
    if action not in {ACTIONS[kind], "FAIL", *_BORNE.get(kind, ())}:
        return f"{action} is no action on {kind.replace('_', ' ')}"
    form = _TARGETED.get(action)
    if form and not form.fullmatch(target):
        return f"{action} needs a target, and {target[:60]!r} is none"
    if form and _comparable(target) not in _comparable(shown):
        return f"{target!r} is not in the log"
    return ""


def _comparable(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text.partition("[")[0] if len(text) < 200 else text).lower()
