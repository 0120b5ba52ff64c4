"""A failure as data, with its diagnosis and the recoveries from it, as the state keeps them.

It is made by a step, or from an error of the provisioner.
"""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Sequence
from typing import NotRequired, TypedDict

from assistant.diagnosis.actions import INFRA
from assistant.kinds import Kind, RecoveryAction
from provisioner import errors
from provisioner.errors import ProvisionerError

MAX_CHARS = 12_000  # shorter excerpts stalled repairs, longer ones drown the cause
_VARYING = (
    (re.compile(r"\b0x[0-9a-fA-F]{6,}\b"), "0x…"),
    (re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):\d+"), r"\1:PORT"),
    (re.compile(r"(process|pid|port) \[?\d+\]?", re.IGNORECASE), r"\1 N"),
    (re.compile(r"\b(in|within) \d+(?:\.\d+)? ?s\b"), r"\1 N s"),
    (re.compile(r"/tmp/[\w./-]*?(?=[\w.-]+\.py\b)"), ""),
)
_FIRST, _LAST, _LINE_CHARS, _SUMMARY_CHARS = 4, 8, 500, 1_000  # a log belongs into a file

# Their message says what is wrong and what a person does about it: neither time nor a model helps.
_PLAIN = (
    errors.AzureRefused,
    errors.DockerfileRefused,
    errors.DockerUnavailable,
    errors.FeatureConfigInvalid,
    errors.ModeUnconfigured,
    errors.PushRejected,
    errors.RemoteInvalid,
    errors.RequirementsInvalid,
    errors.UnpushedCommits,
    errors.WorkspaceInvalid,
)
# Nothing but a look at their words says what they mean.
_ASKED = (errors.HookRefused,)
_KINDS: dict[type[ProvisionerError], Kind] = {
    **dict.fromkeys(
        (
            *_PLAIN,
            errors.CommandFailed,
            errors.ContainerFailed,
            errors.HostFailed,
            errors.HostHeld,
            errors.ServiceUnhealthy,
        ),
        "provision_failed",
    ),
    errors.AzureMissing: "azure_cli_missing",
    errors.AzureDenied: "azure_auth_failed",
    errors.BuildFailed: "docker_build_error",
    errors.DockerfileRefused: "docker_build_error",
    errors.RemoteUnreachable: "network_error",
    errors.Unresolvable: "missing_dependency",
    **dict.fromkeys((errors.RemoteDenied, errors.SigningFailed), "permission_denied"),
    errors.SecretFound: "auditor_reject",
    errors.WaitTimedOut: "service_timeout",
    ProvisionerError: "unknown",
}
_BY_ERRNO: dict[int | None, Kind] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk_full"),
    errno.EADDRINUSE: "port_in_use",
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "permission_denied"),
}


class Failure(TypedDict):
    """A failure as data: detail is for a repair prompt (at most 12,000 characters), the same
    signature is the same failure, action is there where the step that failed knows it."""

    step: str
    kind: Kind
    summary: str
    evidence: list[str]
    detail: str
    signature: str
    next: str
    action: NotRequired[RecoveryAction]


class Diagnosis(TypedDict):
    """The cause of a failure and the action on it; by is a rule's name or a model's, target what
    to act on, "" where that is not known."""

    kind: Kind
    root_cause: str
    action: RecoveryAction
    by: str
    target: NotRequired[str]


class Tried(TypedDict):
    """A recovery: the failure and its cause, the action on it, what was acted on ("" for nothing
    in particular), the step that the run went on at, the artefact of a configuration that the
    action changed ("" for none), and whether no code was at fault."""

    step: str
    kind: Kind
    cause: str
    signature: str
    action: RecoveryAction
    target: str
    on: str
    before: str
    infra: bool


class Trial(TypedDict):
    """A fix of a failure that no rule names, until its end is known: it worked when the step that
    failed is done, and failed when that fails with the same signature; round is that of recover."""

    round: int
    step: str
    signature: str
    kind: Kind
    action: RecoveryAction
    target: str
    cause: str


def failed_step(
    step: str,
    kind: Kind,
    summary: str,
    *,
    evidence: Sequence[str] = (),
    detail: str = "",
    signature: str = "",
    next_step: str = "",
) -> Failure:
    """A failure of a step; its signature is made of kind and summary where none is given, without
    ports, times and temporary folders."""
    text = normalize_log(f"{step}:{kind}:{summary}")
    shown = [line for line in evidence or detail.splitlines() if line.strip()]
    if len(shown) > _FIRST + _LAST:  # a traceback says the cause last
        shown = [*shown[:_FIRST], *shown[-_LAST:]]
    return Failure(
        step=step,
        kind=kind,
        summary=summary[:_SUMMARY_CHARS],
        evidence=[line[:_LINE_CHARS] for line in shown],
        detail=detail,
        signature=signature or hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16],
        next=next_step,
    )


def from_error(step: str, error: ProvisionerError) -> Failure:
    """The failure for an expected error."""
    cause = error.__cause__
    kind = next(_KINDS[base] for base in type(error).__mro__ if base in _KINDS)
    if isinstance(cause, OSError):
        kind = _BY_ERRNO.get(cause.errno, kind)
    detail = normalize_log("\n".join(error.evidence))
    next_step = error.next_step
    failure = failed_step(
        step, kind, str(error), evidence=error.evidence, detail=detail, next_step=next_step
    )
    if isinstance(error, _PLAIN) or (kind == "unknown" and type(error) not in _ASKED):
        failure["action"] = "FAIL"
    return failure


def is_outside(failure: Failure) -> bool:
    """Whether it is infrastructure's, and none of the code that takes more than it may."""
    return failure["kind"] in INFRA and failure.get("action") != "CODE_FIX"


def normalize_log(text: str) -> str:
    """Cut a log to MAX_CHARS, without what varies: the same failure makes the same prompt."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text[:MAX_CHARS]


def printable(text: str, limit: int = 200) -> str:
    """The text as one line without control characters, cut to `limit` characters."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(plain.split())[:limit]
