"""Errors of the rooms below as data, within bounds."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.errors import NoProviderAvailable, ReplyInvalid
from assistant.schemas import Kind
from graph.failures import failed_step, from_error
from provisioner.errors import (
    CommandFailed,
    ProvisionerError,
    PushRejected,
    RemoteUnreachable,
    SandboxUnavailable,
    ServiceUnhealthy,
    WaitTimedOut,
    WorkspaceInvalid,
)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (CommandFailed(["git"], 1, "no"), "provision_failed"),
        (PushRejected("no"), "permission_denied"),
        (RemoteUnreachable("no"), "network_error"),
        (ServiceUnhealthy("no"), "provision_failed"),
        (WaitTimedOut("no"), "service_timeout"),
        (WorkspaceInvalid("no"), "permission_denied"),
        (SandboxUnavailable("no"), "unknown"),
        (ProvisionerError("no"), "unknown"),
        (NoProviderAvailable("no"), "llm_provider_infra"),
        (ReplyInvalid("no", provider="p", model="m", reason="empty"), "llm_provider_infra"),
    ],
)
def test_an_error_becomes_a_failure_of_a_kind_of_the_contract(error: Exception, kind: str) -> None:
    failure = from_error("deploy", error)  # type: ignore[arg-type]  # both trees are in the list
    assert failure["kind"] == kind
    assert kind in get_args(Kind)
    assert failure["step"] == "deploy"


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
    assert failure["evidence"] == [str(n) for n in range(12)]


def test_a_failure_stays_small_whatever_a_program_printed() -> None:
    """The state is bounded; a log belongs into a file."""
    error = ServiceUnhealthy("x" * 100_000, evidence=["y" * 100_000] * 100)
    failure = from_error("deploy", error)
    assert len(failure["detail"]) <= 12_000
    assert len(failure["evidence"]) <= 12
    assert sum(map(len, failure["evidence"])) <= 12_000
    assert len(failure["summary"]) <= 2_000
