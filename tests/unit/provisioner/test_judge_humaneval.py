"""Some tasks of HumanEval; all of them are judged by tests/bench/bench_judge.py."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest

from provisioner.judge.judge import Judge
from provisioner.judge.red import see_red

_FILE = Path(__file__).parents[2] / "cases" / "humaneval_oracle.jsonl"
TASKS: list[dict[str, Any]] = [json.loads(line) for line in _FILE.read_text().splitlines()]
SOME = random.Random(4).sample(TASKS, 24)


@pytest.mark.parametrize("task", SOME, ids=lambda task: task["id"])
async def test_the_solution_is_green_and_the_tests_were_red(
    judge: Judge, task: dict[str, Any]
) -> None:
    tests = task["test_py"].encode()
    green, red = await asyncio.gather(
        judge.judge(tests, {"main.py": task["main_py"].encode()}), see_red(judge, tests)
    )
    assert green.verdict == "green", green.failures
    assert red.ok, red.reason


@pytest.mark.parametrize("task", SOME, ids=lambda task: task["id"])
async def test_a_broken_solution_is_not_green(short_judge: Judge, task: dict[str, Any]) -> None:
    tests = task["test_py"].encode()
    judged = await asyncio.gather(
        *(short_judge.judge(tests, {"main.py": code.encode()}) for code in task["broken"])
    )
    verdicts = dict(zip(task["broken_kinds"], (one.verdict for one in judged), strict=True))
    assert "green" not in verdicts.values(), verdicts
    assert set(verdicts.values()) <= {"red", "hung", "crashed"}
