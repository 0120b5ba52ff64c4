"""Judges a suite against the code it tests."""

from __future__ import annotations

import asyncio
import math
import os
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

from provisioner.errors import SandboxUnavailable
from provisioner.judge.deciding import decide
from provisioner.judge.inside.evidence import ABSENT, IDLE, VARIANTS
from provisioner.judge.packages import OF_TOOL, Packages
from provisioner.judge.pair import Pair, Use
from provisioner.judge.process import ServerGone
from provisioner.judge.run import Hold, Run, SuiteRun
from provisioner.judge.suite import PreparedSuite, job_for, prepare
from provisioner.judge.verdict import Judgement, TestResult, Verdict
from provisioner.sandbox.base import Limits, Sandbox

_prepared = lru_cache(maxsize=64)(prepare)
#: What pytest takes for one test that does nothing, on a busy machine.
_SECONDS_A_TEST = 0.005
#: A run with changed answers may take this many times as long as the run itself, and this more.
_TIMES, _MARGIN_SECONDS = 3, 2.0
#: What Python says where an object is missing.
_NOTHING = "'NoneType' object"
#: How tests name main.py that do not only start it as a program.
_IMPORTED = re.compile(r"""(?<![\w."'])main\b(?!\.py)""")
#: What is said of a test that was to fail and did not.
_EXPECTED = ("XPASS(strict)", "it was expected to fail and did not")


class Judge:
    """Judges in one kind of sandbox, under one set of limits; close it, or use `async with`.

    Several judgements may run at once: each has a pair of warm processes, kept for the next.

    Args:
        isolation: what to do with suites that need the process of the code: "prefer" runs them
            in it, "separate" refuses them.
        packages: what tests and code import from.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        limits: Limits | None = None,
        *,
        isolation: Literal["prefer", "separate"] = "prefer",
        packages: Packages = OF_TOOL,
    ) -> None:
        self._sandbox, self._isolation = sandbox, isolation
        self._limits = limits or Limits()
        self._idle: list[Pair] = []
        self._processors = _processors()
        self._packages = packages

    async def __aenter__(self) -> Judge:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def within(self, packages: Packages) -> Judge:
        """A judge of code that uses these packages; close the one that it was made from."""
        judge = Judge(self._sandbox, self._limits, isolation=self._isolation, packages=packages)
        judge._idle, judge._processors = self._idle, self._processors
        return judge

    async def close(self) -> None:
        """End the processes kept warm."""
        while self._idle:
            await asyncio.to_thread(self._idle.pop().close)

    async def judge(
        self,
        tests: bytes,
        code: Mapping[str, bytes],
        *,
        early_stop: bool = False,
        only: Collection[str] | None = None,
        confirm: bool = True,
        vacuity: bool = False,
        hold: bool = False,
    ) -> Judgement:
        """Run the tests against the code and say what is a fact about it.

        Args:
            tests: the frozen bytes of test.py.
            code: relative file name to bytes: main.py and what it imports. A test.py is ignored.
            early_stop: end at the first failing test.
            only: names of the tests to run, as in TestResult.name; None for all.
            confirm: run a green suite once more, in another order, to find flaky tests.
            vacuity: run a green suite with the code's answers changed, to see that it asserts
                something; a run measures that by mutation.
            hold: keep the tests collected, for further versions of main.py.
        """
        began = time.monotonic()
        suite = await asyncio.to_thread(_prepared, tests)
        if not suite.fault and suite.why_shared and self._isolation == "separate":
            why = f"{suite.why_shared} needs the process of main.py, which is refused"
            suite = replace(suite, fault=why, why_shared="")
        if suite.fault:
            return decide(SuiteRun(), suite, self._sandbox.level, began)
        job = job_for(suite, tests, code, only, self._packages)
        files = {**code, "test.py": tests}
        run = await self._run(suite, job, files, early_stop, hold=hold)
        judgement = decide(run, suite, self._sandbox.level, began)
        if judgement.verdict != "green" or not confirm:
            return judgement
        if vacuity or judgement.skipped:
            why, verdict = await self._perturbed(suite, job, files, judgement, run.seconds)
            if why and (vacuity or verdict == "red"):
                return replace(judgement, verdict=verdict, reason=why)

        async def once_more(*, mixed: bool) -> Judgement:
            run = await self._run(suite, {**job, "mixed": mixed}, files, early_stop)
            return decide(run, suite, self._sandbox.level, began)

        again = await once_more(mixed=True)
        if again.verdict != "tampered" and (why := _difference(judgement, again)):
            in_order = await once_more(mixed=False)
            if _difference(judgement, in_order):
                again = in_order
            elif _difference(judgement, await once_more(mixed=True)):  # it is no chance
                remark = f"order decides: {why}, with the tests in another order"
                return replace(judgement, seconds=time.monotonic() - began, remark=remark)
        if again.verdict == "hung":  # other tests would not be faster
            why = f"passed in {judgement.seconds:.1f} s, then did not in time: {again.reason}"
            return replace(again, reason=why)
        if why := _difference(judgement, again):
            reason = f"flaky: {why}, and nothing had changed"
            verdict = "tampered" if again.verdict == "tampered" else "red"
            return replace(again, verdict=verdict, reason=reason, flaky=True)
        return replace(judgement, seconds=time.monotonic() - began)

    async def _perturbed(
        self,
        suite: PreparedSuite,
        job: dict[str, Any],
        files: Mapping[str, bytes],
        green: Judgement,
        seconds: float,
    ) -> tuple[str, Verdict]:
        """Run with the code's answers changed; why the suite proves nothing, "" where it does.

        A test that is skipped has to be skipped then as well. Of the tests that passed one has to
        fail; those that do so only where calls are not made, and programs do nothing, must look at
        more than answers, and not just miss an object.
        """
        if suite.isolation == "shared":
            return "", "green"
        limits = replace(self._limits, wall_seconds=_MARGIN_SECONDS + _TIMES * seconds)
        passed = {test.name for test in green.tests if test.outcome == "passed"}
        skipped = {
            test.name
            for test in green.tests
            if test.outcome == "skipped" and not test.message.startswith("Expected")
        }
        elsewhere: set[str] = set()
        for variant in (*VARIANTS, ABSENT, IDLE):
            started = variant == ABSENT and not _IMPORTED.search(suite.source)
            laid = {**files, "main.py": b""} if started else files
            run = await self._run(suite, {**job, "perturb": variant}, laid, False, limits)
            for name in sorted(skipped):
                if name not in run.results or not _is_skipped(run.results[name]):
                    return f"{name} was skipped for what main.py says", "red"
            skipped = set()
            made = variant in VARIANTS
            failed = {name for name in passed if _fails(run, name, made)}
            if failed if made else failed & elsewhere:
                return "", "green"
            elsewhere |= run.elsewhere
        why = f"nothing asserts what main.py does: {min(passed)} passes whatever it answers"
        return why, "vacuous"

    async def _run(
        self,
        suite: PreparedSuite,
        job: dict[str, Any],
        files: Mapping[str, bytes],
        early_stop: bool,
        limits: Limits | None = None,
        *,
        hold: bool = False,
    ) -> SuiteRun:
        """One run; once again where processes kept warm turn out to be gone."""
        limits = limits or _enough_for(suite, self._limits)
        use = self._packages, suite.isolation
        others = {name: data for name, data in files.items() if name != "main.py"}
        collected = (job["only"], others)
        stale = False
        while True:
            fresh = (pair := await self._take_idle(use)) is None
            pair = pair or await self._start(use)
            how: Hold = ""
            if hold and suite.isolation == "separate" and pair.tests.can_hold:
                same = pair.tests.holds and pair.held == collected
                how = ("beside" if stale else "again") if same else "collect"
            processor = self._processors.pop() if self._processors else -1
            kept_to = -1 if self._processors else processor
            one = Run(pair, limits, early_stop=early_stop, hold=how, processor=kept_to)
            pair.held = collected
            running = asyncio.ensure_future(asyncio.to_thread(one.run, job, files))
            try:
                run = await asyncio.shield(running)
            except asyncio.CancelledError:
                one.cancel()
                await running
                raise
            finally:
                if processor >= 0:
                    self._processors.append(processor)
                alive = pair.alive
                if alive:
                    self._idle.append(pair)
                else:
                    await asyncio.to_thread(pair.close)
            stale = run.end == "stale"
            if not stale and (fresh or alive or run.end != "gone" or run.collected):
                return run

    async def _take_idle(self, use: Use) -> Pair | None:
        """A warm pair for that use, None where there is none; those for others are ended."""
        while self._idle:
            pair = self._idle.pop()
            if pair.use == use:
                return pair
            await asyncio.to_thread(pair.close)
        return None

    async def _start(self, use: Use) -> Pair:
        pair = Pair(self._sandbox, self._limits, use)
        try:
            await asyncio.to_thread(pair.wait_ready)
        except ServerGone as error:
            raise SandboxUnavailable(
                f"the {self._sandbox.level} sandbox does not start",
                evidence=str(error).splitlines()[-8:],
                next_step="run the same command again; if it fails again, install bubblewrap",
            ) from None
        return pair


def _processors() -> list[int]:
    """The processors that this process may use; none where they cannot be chosen."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def _enough_for(suite: PreparedSuite, limits: Limits) -> Limits:
    """The limits with time for a long suite: what its source holds, not what it claims to be."""
    more = suite.tests * _SECONDS_A_TEST
    return replace(
        limits,
        wall_seconds=limits.wall_seconds + more,
        cpu_seconds=limits.cpu_seconds + math.ceil(more),
    )


def _is_skipped(test: TestResult) -> bool:
    return test.outcome == "skipped" or any(said in test.message for said in _EXPECTED)


def _fails(run: SuiteRun, name: str, made: bool) -> bool:
    """Whether a test does not pass; main.py's answers may be part of the name that it has then.

    Args:
        made: whether calls were made: else None stands for what they answer, and lacks all.
    """
    parameters = name.partition("[")[0] + "["
    same = [one for key, one in run.results.items() if key.startswith(parameters)]
    found = [run.results[name]] if name in run.results else same
    failed = [one for one in found if one.outcome == "failed"]
    return not found or any(made or _NOTHING not in one.message for one in failed)


def _difference(one: Judgement, again: Judgement) -> str:
    """How a second run of a green suite differed, "" where it did not."""
    if again.verdict != "green":
        first = next(iter(again.failures), None)
        return f"{first.name if first else again.reason} passed, then did not"
    if again.collected != one.collected:  # tests that did not come prove nothing
        return f"there were {one.collected} tests, then {again.collected}"
    return ""
