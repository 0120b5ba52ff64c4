"""What is learned from recorded fixes: status, signatures, and records that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.diagnosis.learned import Fix, Learned, learn, read_fix, signature
from ledger.fixes import TriedFix

FIX = {
    "step": "commit",
    "signature": "5" * 16,
    "kind": "auditor_reject",
    "action": "CODE_FIX",
    "target": "",
    "cause": "a docstring is missing",
}
INSTALL = {"kind": "missing_dependency", "action": "INSTALL_DEPENDENCY", "target": "humanize"}


def tried(outcomes: str, fix: object = FIX) -> list[TriedFix]:
    """A recorded fix for each letter: + where it worked, - where it failed."""
    return [
        TriedFix("run", number, f"2026-11-{number:02}", outcome == "+", fix)
        for number, outcome in enumerate(outcomes, 1)
    ]


def found(learned: Learned, log: str = "") -> str | None:
    rule = learned.rule_for(str(FIX["signature"]), log)
    return rule.fix.action if rule else None


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ("+", "suggested"),
        ("++", "suggested"),
        ("+++", "promoted"),
        ("-", "dropped"),
        ("+-", "dropped"),
        ("++-", "dropped"),
        ("+++-", "promoted"),
        ("+++-+", "promoted"),
        ("+++--", "dropped"),
        ("+-+", "suggested"),
        ("+-++", "promoted"),
    ],
)
def test_success_promotes_and_failure_drops(outcomes: str, status: str) -> None:
    learned = learn(tried(outcomes))
    (rule,) = learned.rules
    assert (rule.worked, rule.failed) == (outcomes.count("+"), outcomes.count("-"))
    assert rule.status == status
    assert found(learned) == (None if status == "dropped" else "CODE_FIX")


def test_the_action_that_worked_most_is_followed() -> None:
    other = {**FIX, "kind": "network_error", "action": "WAIT_AND_RETRY"}
    learned = learn([*tried("+++-", other), *tried("++")])
    assert [rule.fix.action for rule in learned.rules] == ["WAIT_AND_RETRY", "CODE_FIX"]
    assert found(learned) == "WAIT_AND_RETRY"
    assert found(learn([*tried("+++--", other), *tried("+")])) == "CODE_FIX"


def test_another_failure_is_not_named() -> None:
    assert learn(tried("+++")).rule_for("6" * 16, "") is None


@pytest.mark.parametrize(
    ("log", "action"), [("no humanize here", "INSTALL_DEPENDENCY"), ("no requests here", None)]
)
def test_a_target_has_to_be_in_the_log_of_now(log: str, action: str | None) -> None:
    assert found(learn(tried("+", {**FIX, **INSTALL})), log) == action


def test_an_action_that_its_kind_does_not_bear_is_not_followed() -> None:
    assert found(learn(tried("+++", {**FIX, "action": "FREE_PORT", "target": "80"})), "80") is None


@pytest.mark.parametrize(
    "record",
    [
        FIX,
        Fix(**FIX),  # type: ignore[arg-type]  # the fields are strings of the right kinds
        {**FIX, "target": None, "added_later": 1},
        {**FIX, "action": {"type": "CODE_FIX", "target": None, "parameters": []}},
        {
            "step": "commit",
            "signature": "5" * 16,
            "error_type": "auditor_reject",
            "root_cause": "a docstring is missing",
            "action": "CODE_FIX",
            "fix_target": "",
        },
    ],
)
def test_records_of_every_shape_are_one_rule(record: object) -> None:
    assert read_fix(record) == Fix(**FIX)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (None, "damaged"),
        ([FIX], "damaged"),
        ("CODE_FIX", "damaged"),
        ({}, "no step and no signature and no kind and no action"),
        ({**FIX, "signature": 5}, "no signature"),
        ({**FIX, "kind": "bad_luck"}, "'bad_luck' is no kind"),
        ({**FIX, "action": "rm -rf\x1b[2J"}, "no action that is learned"),
        ({**FIX, "action": {"type": ["CODE_FIX"]}}, "no action"),
        ({**FIX, "action": "TEST_FIX"}, "no action that is learned"),
        ({**FIX, "action": "FAIL"}, "no action that is learned"),
    ],
)
def test_a_record_that_cannot_be_read_is_skipped_with_a_word(record: Any, why: str) -> None:
    learned = learn([*tried("-", record), *tried("+")])
    assert len(learned.rules) == 1
    assert found(learned) == "CODE_FIX"
    (line,) = learned.skipped
    assert line.startswith("recovery 1 of run run: ")
    assert why in line
    assert "\x1b" not in line


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("orders/main.py:12:5: D103 missing", "bills/main.py:7:1: D103 missing", True),
        ("orders/main.py: D103 missing", "bills/main.py: D104 missing", False),
        ("cannot open /tmp/a1/x/lock", "cannot open /var/lib/b2/lock", True),
        ("cannot open /tmp/a1/lock", "cannot open /tmp/a1/key", False),
        ("refused at 4f2a91c0d, pid 41", "refused at 99e01bb23, pid 7", True),
        ("ended in 0.31s", "ended in 12s", True),
        ("Orders  is\tlate", "bills is late", True),
        ("humanize is missing", "requests is missing", False),
    ],
)
def test_what_varies_is_no_part_of_a_signature(one: str, other: str, same: bool) -> None:
    signatures = signature("commit", [one], "orders"), signature("commit", [other], "bills")
    assert (signatures[0] == signatures[1]) == same


def test_the_step_is_part_of_a_signature() -> None:
    assert signature("commit", ["no"], "orders") != signature("push", ["no"], "orders")
