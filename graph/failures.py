"""Failures as data: made by a step, or from an error of the provisioner."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Sequence

from assistant.diagnosis.actions import INFRA
from assistant.kinds import Kind
from graph.attempts import normalize_log
from graph.failure import Failure
from provisioner import errors
from provisioner.errors import ProvisionerError

_LINES, _LINE_CHARS, _SUMMARY_CHARS = 12, 500, 1_000  # a log belongs into a file

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
