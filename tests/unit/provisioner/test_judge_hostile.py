"""Code that cheats or harms is never green, reaches nothing and leaves nothing, at any level."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement
from provisioner.sandbox.base import Level, Limits
from tests.unit.provisioner.conftest import Bench

CASES = Path(__file__).parents[2] / "cases" / "hostile"
SUITES = sorted((CASES / "suites").glob("*.py"))
CHEATS = sorted((CASES / "cheats").glob("*.py"))
#: Written by somebody who knows that tests and code are two processes.
FURTHER = CASES.with_name("hostile2")
HARMS = sorted(one for folder in (CASES, FURTHER) for one in (folder / "harms").glob("*.py"))
PAIRS = sorted(one for folder in (CASES, FURTHER) for one in (folder / "pairs").iterdir())
LIMITS = Limits(wall_seconds=2, cpu_seconds=5, memory_bytes=256 << 20)

#: What the cases print where they get something that is not theirs.
SPOILS = ("CANARY", "LEAK", "GAINED", "OPENED", "RAISED", "DONE", "SOCKET", "LINKED", "attached 0")


def name_of(path: Path) -> str:
    return path.stem


def test_there_are_enough_cases() -> None:
    assert len(CHEATS) + len(HARMS) + len(PAIRS) >= 200
    assert {path.stem for path in SUITES} == {
        *("cases", "chance", "computed", "functions", "parametrized", "script")
    }


@pytest.fixture
def hostile_judge_of(
    bench: Bench, level: Level, monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes], Judge]:
    """Gives the judge of such tests."""
    monkeypatch.setenv("OPENAI_API_KEY", "CANARY-environment")
    return partial(bench.judge, level, LIMITS)


@pytest.fixture
def hostile_judge(hostile_judge_of: Callable[[bytes], Judge], tests_of_case: bytes) -> Judge:
    return hostile_judge_of(tests_of_case)


@pytest.mark.parametrize("cheat", CHEATS, ids=name_of)
async def test_a_cheat_is_never_green(
    hostile_judge_of: Callable[[bytes], Judge], cheat: Path
) -> None:
    code = {"main.py": cheat.read_bytes()}
    suites = [suite.read_bytes() for suite in SUITES]
    judgements = await asyncio.gather(
        *(hostile_judge_of(tests).judge(tests, code) for tests in suites)
    )
    verdicts = dict(
        zip((suite.stem for suite in SUITES), (one.verdict for one in judgements), strict=True)
    )
    assert "green" not in verdicts.values(), verdicts
    assert all(one.reason for one in judgements)


@pytest.mark.parametrize("case", PAIRS, ids=name_of)
async def test_a_cheat_made_for_its_tests_is_never_green(hostile_judge: Judge, case: Path) -> None:
    tests, code = read_folder(case)
    judgement = await hostile_judge.judge(tests, code)
    assert judgement.verdict != "green"
    assert judgement.reason
    assert not spoils(judgement)


@pytest.mark.parametrize("harm", HARMS, ids=name_of)
async def test_harm_is_confined(hostile_judge: Judge, harm: Path, tmp_path: Path) -> None:
    mark = f"98765{os.getpid()}"
    source = harm.read_bytes().replace(b"98765", mark.encode())
    secret = Path("/tmp") / f"CANARY-{mark}"  # where the cases look for it
    secret.write_text("CANARY")
    homes = Path("/home").stat()  # a sandbox may have one of its own
    try:
        judgement = await hostile_judge.judge(SUITES[0].read_bytes(), {"main.py": source})
    finally:
        secret.unlink()
    assert judgement.verdict != "green"
    assert not spoils(judgement), judgement.output_tail
    assert not alive(mark)
    assert not list(Path("/").glob("*/PLANTED"))
    assert (homes.st_mode, homes.st_mtime) == (
        Path("/home").stat().st_mode,
        Path("/home").stat().st_mtime,
    )


def spoils(judgement: Judgement) -> list[str]:
    """What the code got hold of, by its own words; it prints where it was refused as well."""
    said = judgement.output_tail + "".join(test.message for test in judgement.tests)
    return [word for word in SPOILS if word in said]


def alive(mark: str) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if f"sleep {mark}" in line]


async def test_the_judge_outlives_all_of_it(hostile_judge: Judge) -> None:
    right = b"def square(n):\n    return n * n\n"
    judgement = await hostile_judge.judge(SUITES[0].read_bytes(), {"main.py": right})
    assert judgement.verdict == "green", judgement.reason


async def test_honest_code_passes_every_suite(bench: Bench, level: Level) -> None:
    right = b"def square(n):\n    return n * n\n"
    for suite in SUITES:  # given more time than what hangs: to be slow on a busy machine is honest
        tests = suite.read_bytes()
        judgement = await bench.judge(level, tests=tests).judge(tests, {"main.py": right})
        assert judgement.verdict == "green", (suite.stem, judgement.reason)


async def test_what_is_told_cannot_move_a_cursor(hostile_judge: Judge) -> None:
    code = (CASES / "cheats" / "terminal_escapes.py").read_bytes()
    judgement = await hostile_judge.judge(SUITES[0].read_bytes(), {"main.py": code})
    told = [judgement.reason, judgement.output_tail, *(test.message for test in judgement.tests)]
    assert "4 of 4 passed" in "".join(told)
    assert not {"\x1b", "\r", "\x9b", "\u202e"} & set("".join(told))
