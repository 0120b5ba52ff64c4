"""Judges a suite against the code it tests."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from provisioner.errors import SandboxUnavailable
from provisioner.judge.deciding import decide, judgement_of
from provisioner.judge.inside.perturb import ABSENT, VARIANTS
from provisioner.judge.jobs import job_for
from provisioner.judge.notice import Noticed
from provisioner.judge.pair import Pair
from provisioner.judge.process import ServerGone
from provisioner.judge.run import Run
from provisioner.judge.suite import PreparedSuite, prepare
from provisioner.judge.suite_run import SuiteRun
from provisioner.judge.verdict import Judgement, Verdict
from provisioner.sandbox.base import Limits, Sandbox

_prepared = lru_cache(maxsize=64)(prepare)
#: What pytest takes for one test that does nothing, on a busy machine.
_SECONDS_A_TEST = 0.005
#: A run with changed answers may take this many times as long as the run itself, and this more.
_TIMES, _MARGIN_SECONDS = 3, 2.0


class Judge:
    """Judges in one kind of sandbox, under one set of limits; close it, or use `async with`.

    Several judgements may run at once: each has a pair of warm processes, kept for the next.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits | None = None) -> None:
        self._sandbox = sandbox
        self._limits = limits or Limits()
        self._idle: list[Pair] = []

    async def __aenter__(self) -> Judge:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

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
    ) -> Judgement:
        """Run the tests against the code and say what is a fact about it.

        Args:
            tests: the frozen bytes of test.py.
            code: relative file name to bytes: main.py and what it imports. A test.py is ignored.
            early_stop: end at the first failing test.
            only: names of the tests to run, as in TestResult.name; None for all.
            confirm: run a green suite once more, to find flaky tests.
            vacuity: run a green suite with the code's answers changed, to see that it asserts
                something; a run measures that by mutation.
        """
        began = time.monotonic()
        suite = await asyncio.to_thread(_prepared, tests)
        if suite.fault:
            return judgement_of(
                "red", SuiteRun(why=suite.fault), self._sandbox.level, began, "tests"
            )
        job = job_for(suite, tests, code, only)
        files = {name: data for name, data in code.items() if name != "test.py"}
        files["test.py"] = tests
        run = await self._run(suite, job, files, early_stop)
        judgement = decide(run, suite, self._sandbox.level, began)
        if judgement.verdict != "green" or not confirm:
            return judgement
        if vacuity or judgement.skipped:
            noticed = await self._perturbed(suite, job, files, judgement, run.seconds)
            if why := noticed.unfounded_skip(judgement):
                return replace(judgement, verdict="red", reason=why)
            if vacuity and noticed.nothing:
                return replace(judgement, verdict="vacuous", reason=noticed.reason)
        run = await self._run(suite, job, files, early_stop)
        again = decide(run, suite, self._sandbox.level, began)
        if why := _difference(judgement, again):
            verdict: Verdict = "tampered" if again.verdict == "tampered" else "red"
            reason = f"flaky: {why}, and nothing had changed"
            return replace(again, verdict=verdict, reason=reason, flaky=True)
        return replace(judgement, seconds=time.monotonic() - began)

    async def _perturbed(
        self,
        suite: PreparedSuite,
        job: dict[str, Any],
        files: Mapping[str, bytes],
        judgement: Judgement,
        seconds: float,
    ) -> Noticed:
        """Run the suite with the code's answers changed, until each test has noticed."""
        passed = {test.name for test in judgement.tests if test.outcome == "passed"}
        noticed = Noticed(passed)
        if suite.isolation == "shared":
            return noticed
        limits = replace(self._limits, wall_seconds=_MARGIN_SECONDS + _TIMES * seconds)
        for variant in (*VARIANTS, ABSENT):
            left = noticed.left(variant)
            skipped = {test.name for test in judgement.tests if test.outcome == "skipped"}
            if variant == VARIANTS[0]:
                left |= skipped
            if not left or (noticed.by_value and suite.style != "script" and variant == ABSENT):
                break
            changed = {**job, "perturb": variant, "only": sorted(left)}
            noticed.take(variant, await self._run(suite, changed, files, False, limits))
            if noticed.seen:
                break
        return noticed

    async def _run(
        self,
        suite: PreparedSuite,
        job: dict[str, Any],
        files: Mapping[str, bytes],
        early: bool,
        limits: Limits | None = None,
    ) -> SuiteRun:
        """One run; once again where processes kept warm turn out to be gone."""
        limits = limits or _enough_for(suite, self._limits)
        while self._idle:
            pair = self._idle.pop()
            run = await self._run_with(pair, limits, job, files, early)
            if pair.alive or run.end != "gone" or run.collected:
                return run
        return await self._run_with(await self._start(), limits, job, files, early)

    async def _run_with(
        self,
        pair: Pair,
        limits: Limits,
        job: dict[str, Any],
        files: Mapping[str, bytes],
        early: bool,
    ) -> SuiteRun:
        """In a thread, which ends soon where the caller is cancelled."""
        one = Run(pair, limits, early)
        running = asyncio.ensure_future(asyncio.to_thread(one.run, job, files))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            one.cancel()
            await running
            raise
        finally:
            if pair.alive:
                self._idle.append(pair)
            else:
                await asyncio.to_thread(pair.close)

    async def _start(self) -> Pair:
        try:
            pair = Pair(self._sandbox, self._limits)
            await asyncio.to_thread(pair.wait_ready)
            return pair
        except (ServerGone, OSError) as error:
            raise SandboxUnavailable(
                f"the {self._sandbox.level} sandbox does not start",
                evidence=str(error).splitlines()[-8:],
                next_step="run the same command again; if it fails again, install bubblewrap",
            ) from None


def _enough_for(suite: PreparedSuite, limits: Limits) -> Limits:
    """The limits with time for a long suite: what its source holds, not what it claims to be."""
    more = suite.tests * _SECONDS_A_TEST
    return replace(
        limits,
        wall_seconds=limits.wall_seconds + more,
        cpu_seconds=limits.cpu_seconds + math.ceil(more),
    )


def _difference(one: Judgement, again: Judgement) -> str:
    """How a second run of a green suite differed, "" where it did not."""
    if again.verdict != "green":
        first = next(iter(again.failures), None)
        return f"{first.name if first else again.reason} passed, then did not"
    if again.collected != one.collected:  # tests that did not come prove nothing
        return f"there were {one.collected} tests, then {again.collected}"
    return ""
