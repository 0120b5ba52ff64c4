"""Diagnosis of labelled logs: the kind, what to act on, the line that proves it."""

from __future__ import annotations

import io

import pytest

from assistant.diagnosis.diagnose import analyze_log
from tests.unit.assistant.diagnosis.cases import LogCase, load
from tests.unit.assistant.diagnosis.scoring import Answer, answers, calibration_error, share

GOALS = {
    "written.yaml": 0.95,
    "held_out.yaml": 0.95,
    "held_out_2.yaml": 0.95,
    "failure_logs.jsonl": 0.95,
}


@pytest.fixture(scope="module", params=sorted(GOALS))
def judged(request: pytest.FixtureRequest) -> tuple[float, list[Answer]]:
    return GOALS[request.param], answers(load(request.param))


def test_kinds_are_right(judged: tuple[float, list[Answer]]) -> None:
    goal, given = judged
    wrong = [
        f"{one.case.id}: {one.found.kind} by {one.found.rule}" for one in given if not one.right
    ]
    assert share([one.right for one in given]) >= goal, wrong


def test_no_forbidden_kind_is_named(judged: tuple[float, list[Answer]]) -> None:
    assert [one.case.id for one in judged[1] if one.forbidden] == []


def test_targets_are_right(judged: tuple[float, list[Answer]]) -> None:
    asked = [one for one in judged[1] if one.case.target]
    wrong = [f"{one.case.id}: {one.found.target}" for one in asked if not one.target_right]
    assert share([one.target_right for one in asked]) >= 0.9, wrong


def test_the_line_that_proves_it_is_in_the_log(judged: tuple[float, list[Answer]]) -> None:
    assert [one.case.id for one in judged[1] if not one.evidenced] == []


def test_confidence_is_calibrated() -> None:
    given = [one for name in GOALS for one in answers(load(name))]
    assert calibration_error(given) <= 0.15


@pytest.mark.parametrize(
    "case", [one for one in load("written.yaml") if one.core], ids=lambda one: one.id
)
def test_the_cause_is_found_far_above_the_end(case: LogCase) -> None:
    found = analyze_log(io.BytesIO(case.log.encode()))
    assert any(found.line in line or line.strip() in found.line for line in case.core)
