"""Proves a suite: how many mutants of main.py does it kill, and what would strengthen it?"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Awaitable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from ledger.text.counted import counted
from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement
from provisioner.quality.mutation.coverage import (
    CoverageReport,
    NotMeasured,
    broken_where_unreached,
)
from provisioner.quality.mutation.mutants import Mutant, mutants

T = TypeVar("T")
Lines = Collection[int] | None
Fate = Literal["noticed", "crashed", "timed out", "survived", "unproven"]

#: A mutant may take so many times the green run's own time, and so many seconds beside.
_TIMES, _MARGIN_SECONDS = 4.0, 0.5
#: One that takes longer while the machine is busy is tried again with so many times the limit.
_SECOND_CHANCE = 4.0
#: What a failed assertion is called, in unittest and plain Python and in pytest.
_ASSERTIONS = ("AssertionError", "Failed")
_MOST_MUTANTS, _MOST_BRANCHES, _CHARACTERS = 12, 20, 8_000  # of the feedback
_TASK = (
    "Add tests that pass on main.py as it is and fail on such changes. Leave every existing test as"
    " it is. Where a change makes no difference that the requirements speak of, leave it."
)
_CONTRADICTED = "the tests notice changes to lines that coverage calls unreached"


@dataclass(frozen=True, slots=True)
class MutationReport:
    """How well a suite tells main.py from its mutants.

    The score is the share that an assertion notices, from 0 to 1, of the mutants that come to a
    result; those that crash or hang die whatever the tests assert, and tell nothing about them.
    Where not all could be run in time it is estimated from the sample, with the mutants that no
    test reaches counted as they are.
    """

    score: float | None  # None where there is nothing to tell; see reason
    killed: int  # how many died, by an assertion, a crash or the time limit
    survived: tuple[Mutant, ...]  # that no test noticed or reaches, by line
    crashed: int  # how many of the killed ended by another error than a failed assertion
    timed_out: int  # how many of the killed ran into the limit
    unproven: int  # how many there was no time for
    sampled: bool  # the score rests on a sample, drawn by the seed
    total: int  # how many there are
    reason: str = ""  # why there is no score
    measured: bool = True  # False: nothing is known of the suite, not even that all is well
    doubt: str = ""  # why the coverage was not believed and all mutants were run

    def words(self) -> str:
        """The score and what it counts, in one line; the reason where there is none."""
        if self.score is None:
            return f"no mutation score: {self.reason}"
        noticed = self.killed - self.crashed - self.timed_out
        decided = noticed + len(self.survived)
        estimated = ", estimated" if self.sampled else ""
        found = f"tests notice {noticed} of {counted(decided, 'mutant')}"
        parts = [f"score {self.score:.2f}{estimated}: {found}"]
        if self.sampled:
            parts.append(f"{self.unproven} more were not run for want of time")
        if without := self.crashed + self.timed_out:
            parts.append(f"{without} more crash or hang, which no assertion decides")
        return ", ".join(parts)


async def prove(
    judge: Judge,
    tests: bytes,
    code: Mapping[str, bytes],
    *,
    covered_lines: Lines | Awaitable[Lines] = None,
    seconds: float,
    parallel: int | None = None,
    seed: int = 0,
) -> MutationReport:
    """Judge every mutant of main.py, as far as the time allows.

    Args:
        tests, code: a suite that is green on the code; relative file name to bytes, with main.py.
        covered_lines: lines that the tests reach, as in CoverageReport; mutants elsewhere
            survive without being run, if the suite stays green where all of those lines raise.
            None: all are run. Where they are still measured, the judge's processes start meanwhile.
        seconds: time for all of it.
        parallel: how many to judge at once; None for as many as there are processors.
        seed: decides the order and, where time is short, the sample.
    """
    deadline = time.monotonic() + seconds
    trial = _Trial(judge, tests, code, deadline)
    parallel = parallel or os.cpu_count() or 1
    beside: list[Any] = await _together((trial.start(parallel), _measured(covered_lines)))
    made, lines = beside
    nothing = "" if made else "there is nothing to mutate"
    reached, doubt = list(made), ""
    unfit = await trial.calibrate(parallel) if made else ""
    if made and not unfit:
        if lines is not None:
            covered = [one for one in made if one.line in lines]
            doubt = await trial.doubt(lines) if len(covered) < len(made) else ""
            reached = reached if doubt else covered
        random.Random(seed).shuffle(reached)
        await trial.run(reached, parallel)
        unfit = await trial.still_green()
    return _report(made, reached, trial.fates, nothing, unfit, doubt)


class _Trial:
    """One suite against many mutants, before a deadline on the monotonic clock."""

    def __init__(
        self, judge: Judge, tests: bytes, code: Mapping[str, bytes], deadline: float
    ) -> None:
        self.fates: dict[str, Fate] = {}
        self._judge, self._tests, self._code = judge, tests, code
        self._deadline = deadline
        self._limit = 0.0

    async def start(self, parallel: int) -> list[Mutant]:
        """Make the mutants, and start the judge's processes where there are any."""
        made = await asyncio.to_thread(mutants, self._code["main.py"])
        if made:
            await self._warm(parallel)
        return list(made)

    async def calibrate(self, parallel: int) -> str:
        """Learn how long a green run takes; why there is none, "" where there is one."""
        greens = await self._warm(parallel)
        self._limit = max(one.seconds for one in greens) * _TIMES + _MARGIN_SECONDS
        others = [one.verdict for one in greens if one.verdict != "green"]
        return f"the suite is not green on the code itself: {others[0]}" if others else ""

    async def doubt(self, covered_lines: Collection[int]) -> str:
        """Why lines that are said not to be reached are reached after all, "" where they aren't."""
        broken = broken_where_unreached(self._code["main.py"], covered_lines)
        outcome = await self._tried(broken, self._limit)
        if outcome == "unproven":
            return "there was no time to try the coverage"
        return "" if outcome == "survived" else _CONTRADICTED

    async def still_green(self) -> str:
        """Why it is doubtful that the mutants were to blame where not one came to a result."""
        if self.fates and not {"noticed", "survived"} & set(self.fates.values()):
            (judgement,) = await self._warm(1)
            if judgement.verdict != "green":
                return f"the suite is no longer green on the code itself: {judgement.verdict}"
        return ""

    async def _warm(self, parallel: int) -> list[Judgement]:
        """Judge the code itself, so that no mutant waits for the judge's processes to start."""
        return await _together(
            self._judge.judge(self._tests, self._code, confirm=False, hold=True)
            for _ in range(parallel)
        )

    async def run(self, chosen: Iterable[Mutant], parallel: int) -> None:
        """Judge mutants side by side, in their order."""
        waiting = iter(chosen)

        async def work() -> None:
            for mutant in waiting:
                outcome = await self._tried(mutant.source, self._limit)
                if outcome == "timed out":
                    (green,) = await self._warm(1)  # which starts anew what the time-out ended
                    if green.seconds > self._limit:  # the machine is slow as well
                        outcome = await self._tried(mutant.source, self._limit * _SECOND_CHANCE)
                self.fates[mutant.id] = outcome

        await _together(work() for _ in range(parallel))

    async def _tried(self, main: bytes, limit: float) -> Fate:
        left = self._deadline - time.monotonic()
        if left <= 0:
            return "unproven"
        try:
            async with asyncio.timeout(min(limit, left)):
                code = {**self._code, "main.py": main}
                judgement = await self._judge.judge(
                    self._tests, code, early_stop=True, confirm=False, hold=True
                )
        except TimeoutError:
            return "timed out" if limit <= left else "unproven"
        if judgement.verdict == "hung":
            return "timed out"
        if judgement.verdict == "green":
            return "survived"
        noticed = any(test.error_type in _ASSERTIONS for test in judgement.failures)
        return "noticed" if noticed else "crashed"


async def _measured(lines: Lines | Awaitable[Lines]) -> Lines:
    return await lines if isinstance(lines, Awaitable) else lines


async def _together(runs: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All results; the first error as it is, when the other runs have been ended."""
    tasks = [asyncio.create_task(run) for run in runs]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report(
    made: Sequence[Mutant],
    reached: Sequence[Mutant],
    fates: Mapping[str, Fate],
    nothing: str,
    unfit: str,
    doubt: str,
) -> MutationReport:
    """Count fates; `nothing` says why there is nothing to tell, `unfit` why nothing is known."""
    count = Counter(fates.values())
    killed = count["noticed"] + count["crashed"] + count["timed out"]
    run = killed + count["survived"]
    weight = len(reached) / run if run else 0.0
    noticed = count["noticed"] * weight
    missed = count["survived"] * weight + len(made) - len(reached)
    if reached and not run:
        unfit = unfit or "there was no time to run a single mutant"
    elif not noticed + missed:
        nothing = nothing or "every mutant crashes or hangs, whatever the tests assert"
    reason = unfit or nothing
    known = {one.id for one in reached}
    survived = [one for one in made if fates.get(one.id) == "survived" or one.id not in known]
    return MutationReport(
        score=None if reason else noticed / (noticed + missed),
        killed=killed,
        survived=() if unfit else tuple(survived),
        crashed=count["crashed"],
        timed_out=count["timed out"],
        unproven=len(reached) - run,
        sampled=0 < run < len(reached),
        total=len(made),
        reason=reason,
        measured=not unfit,
        doubt=doubt,
    )


def strengthen_feedback(report: MutationReport, coverage: CoverageReport | NotMeasured) -> str:
    """Survivors with their diffs, and branches that no test takes; "" where there are none.

    At most 12 survivors, spread over the lines of the module, and 8,000 characters.
    """
    parts = []
    if report.survived:
        chosen = _spread(report.survived)
        parts.append(
            f"The tests do not notice {len(report.survived)} of {report.total} changes to main.py."
            f" {'Some' if len(chosen) < len(report.survived) else 'All'} of them:"
        )
        parts += [f"line {one.line}:\n{one.diff}" for one in chosen]
    if isinstance(coverage, CoverageReport):
        if coverage.uncovered:
            ends = coverage.uncovered[:_MOST_BRANCHES]
            text = ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in ends)
            parts.append(f"No test reaches these lines of main.py: {text}.")
        if coverage.uncovered_branches:
            branches = ", ".join(coverage.uncovered_branches[:_MOST_BRANCHES])
            parts.append(f"No test takes these branches: {branches}.")
    if not parts:
        return ""
    room = _CHARACTERS - len(_TASK)
    kept = []
    for part in parts:
        room -= len(part) + 2
        if room < 0:
            break
        kept.append(part)
    return "\n\n".join([*kept, _TASK])


def _spread(survived: Sequence[Mutant]) -> list[Mutant]:
    """One for each line first, then a second one, and so on; in the order of the module."""
    often: Counter[int] = Counter()
    ranked = []
    for mutant in survived:
        often[mutant.line] += 1
        ranked.append((often[mutant.line], mutant))
    ranked.sort(key=lambda one: (one[0], one[1].line))
    return sorted((mutant for _, mutant in ranked[:_MOST_MUTANTS]), key=lambda mutant: mutant.line)
