"""Honest code in every style is judged rightly, and honest tests are seen red."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.judge.red import see_red
from provisioner.sandbox.base import Level

FOLDER = Path(__file__).parents[2] / "cases"
CASES = sorted((FOLDER / "honest").iterdir())
#: Written for a judge with two processes, and neighbours of suites that assert nothing.
FURTHER = sorted(
    case for name in ("honest2", "vacuous_neighbours") for case in (FOLDER / name).iterdir()
)
#: Right, and not called green on a busy machine; docs/limits.md says why.
BEYOND = {"many_calls"}
VACUOUS = sorted((FOLDER / "vacuous").iterdir())
#: Assert nothing, and are called green: what they compare does change with the code's answers.
UNNOTICED = {"pydantic_echo"}
#: One change to main.py that its tests must notice.
WRONG = [case for case in CASES if (case / "wrong.json").exists()]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
async def test_honest_code_is_green(judge_at: Judge, level: Level, case: Path) -> None:
    judgement = await judge_at.judge(*read_folder(case), vacuity=True)
    assert judgement.verdict == "green", (judgement.reason, judgement.failures)
    assert judgement.assertions >= judgement.collected > 0
    assert judgement.sandbox == level


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
async def test_honest_tests_are_red_before_there_is_code(judge: Judge, case: Path) -> None:
    report = await see_red(judge, read_folder(case)[0])
    assert report.ok, report.reason
    assert report.passing == ()


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
async def test_a_module_that_can_do_nothing_is_never_green(judge: Judge, case: Path) -> None:
    tests, code = read_folder(case)
    judgement = await judge.judge(tests, {**code, "main.py": b""})
    assert judgement.verdict != "green"


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 54
    assert len(WRONG) >= 40


@pytest.mark.parametrize("case", WRONG, ids=lambda path: path.name)
async def test_a_wrong_variant_is_red_by_its_own_fault(judge: Judge, case: Path) -> None:
    tests, code = read_folder(case)
    change = json.loads((case / "wrong.json").read_text())
    right = code["main.py"].decode()
    assert right.count(change["old"]) == 1
    wrong = right.replace(change["old"], change["new"]).encode()
    judgement = await judge.judge(tests, {**code, "main.py": wrong})
    assert judgement.verdict == "red"
    assert judgement.fault != "tests"
    assert judgement.failures


@pytest.mark.parametrize("case", FURTHER, ids=lambda path: path.name)
async def test_further_honest_code_is_green_and_wrong_code_red(judge: Judge, case: Path) -> None:
    if case.name in BEYOND:
        pytest.skip("beyond the judge, see docs/limits.md")
    tests, code = read_folder(case)
    judgement = await judge.judge(tests, code, vacuity=True)
    assert judgement.verdict == "green", (judgement.reason, judgement.failures)
    change = json.loads((case / "wrong.json").read_text())[0]
    wrong = code["main.py"].decode().replace(change["old"], change["new"]).encode()
    judgement = await judge.judge(tests, {**code, "main.py": wrong})
    assert judgement.verdict in ("red", "hung", "crashed")
    assert judgement.fault != "tests"


@pytest.mark.parametrize("case", VACUOUS, ids=lambda path: path.name)
async def test_a_suite_that_notices_nothing_is_not_green(judge: Judge, case: Path) -> None:
    if case.name in UNNOTICED:
        pytest.skip("beyond the judge, see docs/limits.md")
    judgement = await judge.judge(*read_folder(case), vacuity=True)
    assert judgement.verdict != "green"
    assert judgement.reason
