"""Errors of the rooms below as data, within bounds."""

from __future__ import annotations

import errno
from typing import get_args

import pytest

from assistant.kinds import Kind
from graph.failure import failed_step, from_error
from provisioner.errors import (
    AzureDenied,
    AzureMissing,
    AzureRefused,
    CommandFailed,
    ProvisionerError,
    PushRejected,
    RemoteDenied,
    RemoteInvalid,
    RemoteUnreachable,
    SandboxUnavailable,
    ServiceUnhealthy,
    WaitTimedOut,
    WorkspaceInvalid,
)
from provisioner.modes.azure.api import AzureSilent
from provisioner.process import ToolMissing


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AzureDenied("no"), "azure_auth_failed"),
        (AzureMissing("no"), "azure_cli_missing"),
        (AzureRefused("no"), "provision_failed"),
        (AzureSilent("no"), "network_error"),
        (CommandFailed(["git"], 1, "no"), "provision_failed"),
        (PushRejected("no"), "provision_failed"),
        (RemoteDenied("no"), "permission_denied"),
        (RemoteInvalid("no"), "provision_failed"),
        (RemoteUnreachable("no"), "network_error"),
        (ServiceUnhealthy("no"), "provision_failed"),
        (WaitTimedOut("no"), "service_timeout"),
        (WorkspaceInvalid("no"), "provision_failed"),
        (SandboxUnavailable("no"), "unknown"),
        (ProvisionerError("no"), "unknown"),
    ],
)
def test_an_error_becomes_a_failure_of_a_kind_of_the_contract(
    error: ProvisionerError, kind: str
) -> None:
    failure = from_error("deploy", error)
    assert failure["kind"] == kind
    assert kind in get_args(Kind)
    assert failure["step"] == "deploy"


@pytest.mark.parametrize(
    "error",
    [
        PushRejected("no"),
        RemoteInvalid("no"),
        WorkspaceInvalid("no"),
        ToolMissing("git", "not found"),
        SandboxUnavailable("no"),
    ],
)
def test_what_cannot_change_by_waiting_is_neither_tried_again_nor_asked_about(
    error: ProvisionerError,
) -> None:
    assert from_error("push", error).get("action") == "FAIL"


@pytest.mark.parametrize("error", [RemoteUnreachable("no"), ServiceUnhealthy("no")])
def test_what_may_change_is_left_to_the_rules(error: ProvisionerError) -> None:
    assert "action" not in from_error("push", error)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EACCES, "permission_denied"),
        (errno.EROFS, "permission_denied"),
        (errno.EISDIR, "provision_failed"),
    ],
)
def test_what_the_file_system_said_names_the_kind(number: int, kind: str) -> None:
    error = WorkspaceInvalid("main.py cannot be written")
    error.__cause__ = OSError(number, "?")
    assert from_error("scaffold", error)["kind"] == kind


def test_the_kind_of_a_derived_error_is_its_base_s() -> None:
    class Special(WaitTimedOut):
        pass

    assert from_error("deploy", Special("no"))["kind"] == "service_timeout"


def test_evidence_and_next_step_are_carried() -> None:
    failure = from_error("push", PushRejected("no", evidence=["! rejected"], next_step="pull"))
    assert failure["evidence"] == ["! rejected"]
    assert failure["detail"] == "! rejected"
    assert failure["next"] == "pull"


def test_the_same_failure_has_the_same_signature_and_another_one_another() -> None:
    base = failed_step("deploy", "port_in_use", "8000")
    assert base["signature"] == failed_step("deploy", "port_in_use", "8000")["signature"]
    others = [
        failed_step("deploy", "port_in_use", "8001"),
        failed_step("push", "port_in_use", "8000"),
        failed_step("deploy", "unknown", "8000"),
    ]
    assert base["signature"] not in {other["signature"] for other in others}


def test_evidence_is_taken_from_the_detail_and_is_short() -> None:
    failure = failed_step("deploy", "unknown", "x", detail="\n".join(map(str, range(50))))
    assert failure["evidence"] == [str(n) for n in (*range(4), *range(42, 50))]


def test_a_failure_stays_small_whatever_a_program_printed() -> None:
    """The state is bounded; a log belongs into a file."""
    error = ServiceUnhealthy("x" * 100_000, evidence=["y" * 100_000] * 100)
    failure = from_error("deploy", error)
    assert len(failure["detail"]) <= 12_000
    assert len(failure["evidence"]) <= 12
    assert sum(map(len, failure["evidence"])) <= 12_000
    assert len(failure["summary"]) <= 2_000
