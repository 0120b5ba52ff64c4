"""When a fix that is under way counts as one that worked, failed, or neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.kinds import Kind, RecoveryAction
from graph.failure import Diagnosis, Failure, Trial
from graph.recovery.learning import begin_trial, end_trial
from ledger.database import open_ledger
from tests.unit.graph.samples import failure, state

REFUSED = failure("commit", "unknown", summary="the hook refuses", evidence=["main.py:3: D103"])
LATER = failure("commit", "unknown", summary="the hook refuses", evidence=["main.py:9: D103"])
OTHER = failure("commit", "unknown", summary="the hook refuses", evidence=["main.py:3: E501"])
BEFORE = failure("generate_main", "test_failed", summary="red")


def diagnosed(
    by: str = "model-1", kind: Kind = "auditor_reject", action: RecoveryAction = "CODE_FIX"
) -> Diagnosis:
    return Diagnosis(kind=kind, root_cause="D103", action=action, by=by, target="")


def begun(of: Failure = REFUSED, diagnosis: Diagnosis | None = None) -> Trial | None:
    return begin_trial(state(failure=of, rounds={"recover": 1}), diagnosis or diagnosed())


def test_what_a_model_said_of_an_unnamed_failure_is_tried() -> None:
    trial = begun()
    assert trial is not None
    assert (trial["round"], trial["step"], trial["cause"]) == (2, "commit", "D103")


def test_a_learned_rule_that_is_followed_is_tried_again_under_the_same_cause() -> None:
    followed = diagnosed("rule learned:12345678")
    followed["root_cause"] = "D103 (this fix worked 2 times before)"
    assert begun(diagnosis=followed) == begun()


@pytest.mark.parametrize(
    ("of", "diagnosis"),
    [
        (failure("generate_main", "test_failed"), diagnosed()),
        (failure("commit", "unknown", action="FAIL"), diagnosed()),
        (REFUSED, diagnosed("rule disk-full", "disk_full", "MAINTENANCE")),
        (failure("deploy", "port_in_use"), diagnosed("rule", "port_in_use", "FREE_PORT")),
        (REFUSED, diagnosed(kind="test_failed", action="TEST_FIX")),
    ],
)
def test_what_is_named_already_or_concerns_tests_is_not_learned(
    of: Failure, diagnosis: Diagnosis
) -> None:
    assert begun(of, diagnosis) is None


@pytest.mark.parametrize("kind", ["provision_failed", "service_timeout"])
def test_the_table_s_action_on_a_vague_kind_is_tried_too(kind: Kind) -> None:
    trial = begun(failure("deploy", kind), diagnosed("rule", kind, "REPROVISION"))
    assert trial is not None
    assert (trial["kind"], trial["action"]) == (kind, "REPROVISION")


@pytest.mark.parametrize(
    ("step", "update", "recorded", "ended"),
    [
        ("commit", {"note": "abc"}, [True], True),
        ("commit", {"failure": LATER}, [False], True),
        ("commit", {"failure": OTHER}, [], True),
        ("generate_main", {"failure": BEFORE}, [], True),
        ("generate_main", {}, [], False),
        ("commit", {"again": True}, [], False),
        ("commit", {"sent_back": "generate_main"}, [], False),
        ("commit", {"skipped": True}, [], False),
    ],
)
def test_only_the_end_of_the_step_that_failed_is_counted(
    tmp_path: Path, step: str, update: Any, recorded: list[bool], ended: bool
) -> None:
    trial = begun()
    assert trial is not None
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        for _ in range(2):  # a step is repeated after a kill
            gone = end_trial(ledger.fixes, trial, state(), step, update)
        assert [one.worked for one in ledger.fixes.list()] == recorded
    assert ("trial" in gone) == ended
