"""What becomes of mutants, and what the score says about it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Mapping
from typing import Literal

import pytest

from provisioner.errors import SandboxUnavailable
from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement, TestResult, Verdict
from provisioner.quality.mutation.mutants import mutants
from provisioner.quality.mutation.prove import MutationReport, prove
from provisioner.sandbox.choose import choose_sandbox

MAIN = b"def f(a, b):\n    return a + b\n\n\ndef g(a):\n    return a < 3\n"
TOTAL = len(mutants(MAIN))
UNREACHED = [one for one in mutants(MAIN) if one.line == 6]

Answer = Literal["green", "red", "crash", "hang"]


class ScriptedJudge(Judge):
    """Answers from the text of main.py; hangs by waiting to be cancelled."""

    def __init__(self, answer: Callable[[bytes], Answer], seconds: float = 0.001) -> None:
        self._answer, self._seconds = answer, seconds
        self.asked: list[bytes] = []
        self.at_once = self.most_at_once = 0

    async def judge(
        self,
        tests: bytes,
        code: Mapping[str, bytes],
        *,
        early_stop: bool = False,
        only: Collection[str] | None = None,
        confirm: bool = True,
        hold: bool = False,
    ) -> Judgement:
        self.asked.append(code["main.py"])
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            answer = self._answer(code["main.py"])
            if answer == "hang":
                await asyncio.Event().wait()
        finally:
            self.at_once -= 1
        error = {"red": "AssertionError", "crash": "TypeError"}.get(answer, "")
        test = TestResult("test", "failed" if error else "passed", error, assertions=1)
        verdict: Verdict = "red" if error else "green"
        return Judgement(verdict, (test,), 1, "", "", "none", self._seconds)


def line(source: bytes, number: int) -> str:
    return source.decode().splitlines()[number - 1].strip()


async def proof(answer: Callable[[bytes], Answer], **options: float) -> MutationReport:
    judge = ScriptedJudge(answer)
    return await prove(judge, b"", {"main.py": MAIN}, seconds=options.pop("seconds", 30), **options)  # type: ignore[arg-type]  # numbers all


async def test_noticed_mutants_over_those_that_come_to_a_result() -> None:
    def answer(source: bytes) -> Answer:
        if source == MAIN or "*" in line(source, 2):
            return "green"
        return "crash" if re.search(r"<<|>>", line(source, 2)) else "red"

    report = await proof(answer)
    assert [one.diff.splitlines()[1] for one in report.survived] == [
        "+    return a * b",
        "+    return a ** b",
    ]
    assert (report.total, report.killed, report.crashed) == (TOTAL, TOTAL - 2, 2)
    assert report.score == (TOTAL - 4) / (TOTAL - 2)
    assert (report.sampled, report.unproven, report.reason) == (False, 0, "")


async def test_crashes_alone_earn_nothing() -> None:
    def answer(source: bytes) -> Answer:
        changed = line(source, 2) != line(MAIN, 2)
        return "crash" if changed else "green"

    report = await proof(answer)
    assert report.score == 0.0
    assert report.killed == report.crashed > 0


async def test_where_all_crash_there_is_nothing_to_tell() -> None:
    report = await proof(lambda source: "green" if source == MAIN else "crash")
    assert report.score is None
    assert report.reason == "every mutant crashes or hangs, whatever the tests assert"
    assert (report.killed, report.measured) == (TOTAL, True)


def breaks(source: bytes) -> bool:
    """Whether it is main.py with a raise where coverage says that no test comes."""
    return b"no test comes here" in source


def unless(source: bytes, answer: Answer) -> Answer:
    """Green for main.py itself and where only what is not reached was broken."""
    return "green" if source == MAIN or breaks(source) else answer


async def test_mutants_that_no_test_reaches_survive_without_being_run() -> None:
    judge = ScriptedJudge(lambda source: unless(source, "red"))
    report = await prove(judge, b"", {"main.py": MAIN}, covered_lines={1, 2, 5}, seconds=30)
    assert list(report.survived) == UNREACHED
    assert report.score == (TOTAL - len(UNREACHED)) / TOTAL
    assert not {one.source for one in UNREACHED} & set(judge.asked)
    assert (report.sampled, report.doubt) == (False, "")


@pytest.mark.parametrize("covered", [set(), {1}, {1, 2, 5}], ids=["none", "one", "some"])
@pytest.mark.parametrize("answer", ["red", "crash", "hang"])
async def test_coverage_that_the_tests_contradict_is_not_believed(
    covered: set[int], answer: Answer
) -> None:
    def judged(source: bytes) -> Answer:
        return "green" if source == MAIN else answer if breaks(source) else "red"

    judge = ScriptedJudge(judged)
    report = await prove(judge, b"", {"main.py": MAIN}, covered_lines=covered, seconds=30)
    assert {one.source for one in UNREACHED} <= set(judge.asked)
    assert (report.score, report.killed, report.survived) == (1.0, TOTAL, ())
    assert report.doubt == "the tests notice changes to lines that coverage calls unreached"


async def test_where_mutants_are_not_to_blame_nothing_is_known() -> None:
    """Each run crashes, and so does one of main.py itself: the machine is at fault."""
    runs = 0

    def answer(source: bytes) -> Answer:
        nonlocal runs
        runs += source == MAIN
        return "green" if source == MAIN and runs <= 2 else "crash"

    judge = ScriptedJudge(answer)
    report = await prove(judge, b"", {"main.py": MAIN}, seconds=30, parallel=1)
    assert (report.score, report.measured, report.survived) == (None, False, ())
    assert report.reason == "the suite is no longer green on the code itself: red"


async def test_a_hanging_mutant_is_killed_by_a_limit_from_the_green_run() -> None:
    judge = ScriptedJudge(
        lambda source: (
            "hang" if "return a * b" in source.decode() else "red" if source != MAIN else "green"
        )
    )
    report = await prove(judge, b"", {"main.py": MAIN}, seconds=30, parallel=1)
    assert (report.timed_out, report.killed, report.unproven) == (1, TOTAL, 0)
    assert report.score == 1.0


async def test_where_the_machine_is_slow_a_hanging_mutant_gets_another_try() -> None:
    tries = 0

    def answer(source: bytes) -> Answer:
        nonlocal tries
        if "return a * b" not in source.decode():
            judge._seconds = 9.0 if tries else 0.001
            return "red" if source != MAIN else "green"
        tries += 1
        return "hang" if tries == 1 else "red"

    judge = ScriptedJudge(answer)
    report = await prove(judge, b"", {"main.py": MAIN}, seconds=30, parallel=1)
    assert (tries, report.timed_out, report.killed) == (2, 0, TOTAL)


async def test_what_there_is_no_time_for_is_unproven_and_the_score_an_estimate() -> None:
    async def run() -> tuple[MutationReport, list[bytes]]:
        left = 6

        def answer(source: bytes) -> Answer:
            nonlocal left
            left -= source != MAIN and not breaks(source)
            return unless(source, "hang" if left < 0 else "red")

        judge = ScriptedJudge(answer)
        report = await prove(
            judge, b"", {"main.py": MAIN}, covered_lines={2}, seconds=0.3, parallel=1, seed=5
        )
        return report, judge.asked

    report, asked = await run()
    assert report.sampled
    assert report.unproven == TOTAL - len(UNREACHED) - 6
    assert report.killed == 6
    assert report.score == pytest.approx((TOTAL - len(UNREACHED)) / TOTAL)
    assert (await run())[1] == asked


async def test_another_seed_draws_another_sample() -> None:
    orders = []
    for seed in (1, 2):
        judge = ScriptedJudge(lambda source: "green" if source == MAIN else "red")
        await prove(judge, b"", {"main.py": MAIN}, seconds=30, parallel=1, seed=seed)
        orders.append([one for one in judge.asked if one != MAIN])
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


async def test_no_more_are_judged_at_once_than_allowed() -> None:
    judge = ScriptedJudge(lambda source: "green" if source == MAIN else "red")
    await prove(judge, b"", {"main.py": MAIN}, seconds=30, parallel=3)
    assert judge.most_at_once == 3


async def test_a_suite_that_is_not_green_proves_nothing() -> None:
    report = await proof(lambda source: "red")
    assert report.score is None
    assert report.reason == "the suite is not green on the code itself: red"
    assert (report.survived, report.measured) == ((), False)


async def test_no_time_is_no_score() -> None:
    report = await proof(lambda source: "green" if source == MAIN else "red", seconds=0)
    assert (report.score, report.measured) == (None, False)
    assert report.reason == "there was no time to run a single mutant"


async def test_code_without_anything_to_mutate() -> None:
    judge = ScriptedJudge(lambda source: "green")
    report = await prove(judge, b"", {"main.py": b"NAME = 'x'\n"}, seconds=30)
    assert (report.score, report.measured) == (None, True)
    assert report.reason == "there is nothing to mutate"


async def test_an_error_of_the_sandbox_comes_out_as_it_is() -> None:
    def answer(source: bytes) -> Answer:
        if source != MAIN:
            raise SandboxUnavailable("gone")
        return "green"

    judge = ScriptedJudge(answer)
    with pytest.raises(SandboxUnavailable):
        await prove(judge, b"", {"main.py": MAIN}, seconds=30, parallel=3)
    assert judge.at_once == 0


STRONG = b"""from main import f, g


def test_f():
    assert f(2, 5) == 7


def test_g():
    assert [g(n) for n in (2, 3, 4)] == [True, False, False]
"""


async def test_real_suites_are_told_apart() -> None:
    sandbox = await choose_sandbox()
    weak = STRONG.replace(b" == 7", b" is not False").replace(b" == [", b" or [")
    async with Judge(sandbox) as judge:
        strong = await prove(judge, STRONG, {"main.py": MAIN}, seconds=30, seed=3)
        again = await prove(judge, STRONG, {"main.py": MAIN}, seconds=30, seed=3)
        empty = await prove(judge, weak, {"main.py": MAIN}, seconds=30, seed=3)
    assert strong.score is not None
    assert strong.score > 0.85
    assert (strong.score, strong.survived) == (again.score, again.survived)
    assert empty.score == 0.0


@pytest.mark.parametrize(
    ("killed", "survived", "crashed", "sampled", "words"),
    [
        (8, 2, 0, False, "score 0.80: tests notice 8 of 10 mutants"),
        (
            13,
            2,
            5,
            False,
            "score 0.80: tests notice 8 of 10 mutants, 5 more crash or hang, "
            "which no assertion decides",
        ),
        (
            8,
            2,
            0,
            True,
            "score 0.80, estimated: tests notice 8 of 10 mutants, "
            "4 more were not run for want of time",
        ),
    ],
)
def test_the_words_of_a_score_give_its_parts(
    killed: int, survived: int, crashed: int, sampled: bool, words: str
) -> None:
    mutant = mutants(b"def one():\n    return 1\n")[0]
    report = MutationReport(
        score=0.8,
        killed=killed,
        survived=(mutant,) * survived,
        crashed=crashed,
        timed_out=0,
        unproven=4 if sampled else 0,
        sampled=sampled,
        total=killed + survived + (4 if sampled else 0),
    )
    assert report.words() == words
