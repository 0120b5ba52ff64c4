"""When nothing more is tried: limits of kind, action, signature and run."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.kinds import Kind, RecoveryAction
from graph.config.layers import resolve
from graph.failure import Diagnosis, Tried
from graph.recovery.limits import refusal
from graph.recovery.remedies import resume_at
from tests.unit.graph.samples import failure, state

DEPLOY = failure("deploy", "provision_failed")


def tried(
    signature: str = "s", action: RecoveryAction = "REPROVISION", kind: Kind = "provision_failed"
) -> Tried:
    infra = action in ("WAIT_AND_RETRY", "MAINTENANCE")
    return Tried(
        step="deploy", kind=kind, cause="", signature=signature, action=action, target="",
        on="deploy", before="", infra=infra,
    )  # fmt: skip


def refused(
    *earlier: Tried,
    action: RecoveryAction = "REPROVISION",
    kind: Kind = "provision_failed",
    of: Any = DEPLOY,
    retries: int = 3,
    **more: Any,
) -> str:
    flags = {"deployment.max_retries": retries}
    settings = resolve(file=None, environ={}, flags=flags).settings.deployment
    diagnosis = Diagnosis(kind=kind, root_cause="", action=action, by="rule")
    before = state(tried=list(earlier), **more)
    return refusal(before, settings, of, diagnosis, resume_at(action, of["step"]))


WAIT: RecoveryAction = "WAIT_AND_RETRY"
NETWORK: Kind = "network_error"


def test_the_first_of_its_kind_is_taken() -> None:
    assert refused() == ""


def test_the_same_failure_is_answered_twice() -> None:
    assert refused(tried()) == ""
    assert "the same failure came back" in refused(tried(), tried())


def test_a_failure_that_was_answered_before_a_person_came_is_answered_once_more() -> None:
    assert refused(tried(), tried(), tried_before=2) == ""
    assert "the same failure" in refused(tried(), tried(), tried(), tried_before=2)
    assert refused(tried("other"), tried(), tried_before=1) == ""


def test_waiting_expects_the_same_failure_and_is_limited_by_its_kind() -> None:
    waits = [tried(action=WAIT, kind=NETWORK)] * 3
    assert refused(*waits[:2], action=WAIT, kind=NETWORK) == ""
    assert "3 recoveries from network error, max_retries allows no more" in refused(
        *waits, action=WAIT, kind=NETWORK
    )
    full = refused(*waits, action="MAINTENANCE", kind="disk_full", of=failure("deploy"))
    assert full == "the same failure came back after 3 recoveries"


def test_a_person_is_asked_again_after_each_order_to_go_on() -> None:
    asked: RecoveryAction = "REAUTHENTICATE"
    before = [tried(action=asked, kind="azure_auth_failed"), tried(action=WAIT)]
    again = {"action": asked, "kind": "azure_auth_failed", "tried_before": 1}
    assert refused(*before, **again) == ""
    assert f"{asked} was done" in refused(*before, before[0], **again)


def test_infrastructure_spends_no_recovery_of_the_code() -> None:
    waits = [tried("other", action=WAIT, kind=NETWORK)] * 3
    assert refused(*waits) == ""
    code = [tried(str(number)) for number in range(3)]
    assert refused(*code) == "3 recoveries, max_retries allows no more"
    assert refused(*code, action=WAIT, kind=NETWORK) == ""


def test_a_run_ends_whatever_the_kinds_are() -> None:
    kinds: tuple[Kind, ...] = ("network_error", "llm_provider_infra", "port_in_use")
    waits = [tried(str(number), WAIT, kinds[number % 3]) for number in range(9)]
    assert "the run has made 9 recoveries" in refused(*waits)


@pytest.mark.parametrize(
    ("action", "kind", "most"),
    [
        ("MAINTENANCE", "disk_full", 1),
        ("EXTEND_TIMEOUT", "service_timeout", 2),
        ("REAUTHENTICATE", "azure_auth_failed", 1),
    ],
)
def test_an_action_has_a_limit_of_its_own(action: RecoveryAction, kind: Kind, most: int) -> None:
    done = [tried(str(number), action, kind) for number in range(most)]
    assert refused(*done[:-1], action=action, kind=kind) == ""
    assert f"{action} was done" in refused(*done, action=action, kind=kind)


def test_a_file_that_is_kept_is_not_sent_back_to_a_writer() -> None:
    of = failure("service_tests")
    assert "service.py is kept" in refused(action="CODE_FIX", of=of, keep=["service.py"])
    assert refused(action="EXTEND_TIMEOUT", kind="service_timeout", keep=["service.py"]) == ""


def test_without_retries_nothing_is_tried() -> None:
    assert refused(retries=0)
    assert refused(action=WAIT, kind=NETWORK, retries=0)
