"""Failures as data: made by a step, or from an error of assistant or provisioner."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Sequence

from assistant.errors import AssistantError
from assistant.schemas import Kind
from graph.attempts.feedback import normalize_log
from graph.state import Failure
from provisioner.errors import (
    CommandFailed,
    FeatureConfigInvalid,
    ProvisionerError,
    PushRejected,
    RemoteDenied,
    RemoteInvalid,
    RemoteUnreachable,
    ServiceUnhealthy,
    WaitTimedOut,
    WorkspaceInvalid,
)

_LINES, _LINE_CHARS, _SUMMARY_CHARS = 12, 500, 1_000  # a log belongs into a file

# Their message says what is wrong and what a person does about it: neither time nor a model helps.
_PLAIN = (FeatureConfigInvalid, PushRejected, RemoteInvalid, WorkspaceInvalid)
_KINDS: dict[type[ProvisionerError], Kind] = {
    **dict.fromkeys((*_PLAIN, CommandFailed, ServiceUnhealthy), "provision_failed"),
    RemoteDenied: "permission_denied",
    RemoteUnreachable: "network_error",
    WaitTimedOut: "service_timeout",
}
_BY_ERRNO: dict[int | None, Kind] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk_full"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "permission_denied"),
}


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
    """A failure of a step; its signature is made of kind and summary where none is given."""
    text = f"{step}:{kind}:{summary}"
    shown = evidence or detail.splitlines()
    return Failure(
        step=step,
        kind=kind,
        summary=summary[:_SUMMARY_CHARS],
        evidence=[line[:_LINE_CHARS] for line in shown if line.strip()][:_LINES],
        detail=detail,
        signature=signature or hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16],
        next=next_step,
    )


def from_error(step: str, error: ProvisionerError | AssistantError) -> Failure:
    """The failure for an expected error of assistant or provisioner."""
    if not isinstance(error, ProvisionerError):
        return failed_step(step, "llm_provider_infra", str(error))
    kind = _kind(error)
    failure = failed_step(
        step,
        kind,
        str(error),
        evidence=error.evidence,
        detail=normalize_log("\n".join(error.evidence)),
        next_step=error.next_step,
    )
    if isinstance(error, _PLAIN) or kind == "unknown":
        failure["action"] = "FAIL"
    return failure


def _kind(error: ProvisionerError) -> Kind:
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in _BY_ERRNO:
        return _BY_ERRNO[cause.errno]
    return next((_KINDS[base] for base in type(error).__mro__ if base in _KINDS), "unknown")
