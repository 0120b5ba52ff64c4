"""The suites that the offline model writes notice what is changed in the code it writes."""

from __future__ import annotations

import pytest

from assistant.providers.offline import generate
from assistant.providers.offline.language import forms, read
from provisioner.judge.judge import Judge
from provisioner.quality.mutation.coverage import CoverageReport, coverage
from provisioner.quality.mutation.prove import prove
from provisioner.sandbox.choose import choose_sandbox

pytestmark = pytest.mark.chaos

LEAST = 0.8
SECONDS = 600.0
#: Forms whose code has most that a suite can miss; all fifteen take minutes.
TRIED = ("Types", "Choices", "After the type", "States")


@pytest.mark.parametrize("title", TRIED)
async def test_the_suite_of_an_example_notices_changes(title: str) -> None:
    (example,) = (form.example for form in forms() if form.title == title)
    tests, code = (generate.module(name, read(example)).encode() for name in ("test.py", "main.py"))
    sandbox = await choose_sandbox()
    covered = await coverage(sandbox, tests, {"main.py": code})
    assert isinstance(covered, CoverageReport), covered.reason
    async with Judge(sandbox) as judge:
        report = await prove(
            judge,
            tests,
            {"main.py": code},
            covered_lines=covered.covered_lines,
            seconds=SECONDS,
        )
    survivors = "\n".join(
        f"line {one.line}, {one.operator}:\n{one.diff}" for one in report.survived
    )
    assert report.score is not None, report.words()
    assert report.score >= LEAST, f"{report.words()}\n{survivors}"
