"""The table of a session counts what the checks say under the promise that it breaks."""

from __future__ import annotations

import pytest

from tests.chaos.figures import table
from tests.chaos.schedule import Plan
from tests.chaos.trial import Trial


def row(name: str, *wrong: str) -> int:
    plan = Plan(1, "CODE", proven=False, kills=(), by_resume=(), replayed=False)
    rows = table([Trial(plan, wrong=list(wrong))], {}, 1.0).splitlines()
    return int(next(line for line in rows if line.strip().startswith(name)).split()[-1])


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        ("completed calls repeated", "2 completed calls were repeated: {'review_code': 2}"),
        ("completed calls repeated", "review round 1 was asked again although it was answered"),
        ("runs with more than one ambiguous", "4 ambiguous calls after 3 kills"),
        ("commits lost or doubled", "0 commits of the run"),
        ("pushes lost or doubled", "the remote has [], the branch ['ab']"),
        ("trees that differ", "the tree differs from an uninterrupted run's:\n100644 blob"),
        ("processes left", "process left: 12 bwrap"),
        ("locks left", "lock held: locks/adder.lock"),
        ("temporary files left", "temporary file left: tmp/x"),
        ("git fsck", "git fsck: missing blob"),
    ],
)
def test_a_violation_is_counted_where_it_belongs(promise: str, said: str) -> None:
    assert row(promise, said) == 1
    assert row("runs with a violation", said) == 1


def test_promises_that_hold_are_told_too() -> None:
    assert row("commits lost or doubled") == row("runs with a violation") == 0
