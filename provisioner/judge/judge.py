"""Judges a suite against the code it tests."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

from ledger.text.printable import printable
from provisioner.errors import SandboxUnavailable
from provisioner.judge.claims import Exam
from provisioner.judge.examiner import Examiner, Sat
from provisioner.judge.reach import into_others, out_of_frame
from provisioner.judge.runners import pytest_plugins
from provisioner.judge.seal import prepare
from provisioner.judge.verdict import Judgement, TestResult, Verdict
from provisioner.judge.worker import Worker, WorkerGone, package_folders
from provisioner.sandbox.base import Limits, Sandbox
from provisioner.sandbox.limited import as_arguments

_prepared = lru_cache(maxsize=64)(prepare)
#: Imported once in the warm process, where the sources mention them: each takes its time.
_WARM = {
    "unittest": b"unittest",
    "unittest.mock": b"mock",
    "pytest": b"pytest",
    "pydantic": b"pydantic",
    "fastapi": b"fastapi",
    "httpx": b"httpx",
    "sqlalchemy.orm": b"sqlalchemy",
    "starlette.testclient": b"testclient",
}
#: What pytest takes for one test that does nothing, on a busy machine.
_SECONDS_A_TEST = 0.005
#: What pytest imports when it starts a session.
_PYTEST = (
    "pytest",
    *(
        f"_pytest.{name}"
        for name in (
            "python",
            "fixtures",
            "skipping",
            "runner",
            "monkeypatch",
            "tmpdir",
            "capture",
            "recwarn",
            "logging",
            "unittest",
            "subtests",
            "assertion",
            "debugging",
            "helpconfig",
            "legacypath",
            "python_path",
            "reports",
            "warnings",
        )
    ),
)


class Judge:
    """Judges in one sandbox, under one set of limits; close it, or use it as `async with`.

    Several judgements may run at once: each has a warm process of its own, kept for the next.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits | None = None) -> None:
        self._sandbox = sandbox
        self._limits = limits or Limits()
        self._idle: list[Worker] = []

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
        seed: int = 0,
    ) -> Judgement:
        """Run the tests against the code and say what is a fact about it.

        Args:
            tests: the frozen bytes of test.py.
            code: relative file name to bytes: main.py and what it imports. A test.py is ignored.
            early_stop: end at the first failing test.
            only: names of the tests to run, as in TestResult.name; None for all.
            confirm: run a green suite once again in another order, to find flaky tests.
            seed: decides the order.
        """
        began = time.monotonic()
        exam, _ = await asyncio.gather(asyncio.to_thread(_prepared, tests), self._get_ready())
        if exam.fault:
            return self._judgement("red", Sat(why=exam.fault), began, fault="tests")
        job = self._job(exam, tests, code, only)
        sat = await self._sit(exam, job, early_stop, seed)
        judgement = self._decide(sat, exam, code, began)
        if judgement.verdict == "green" and confirm:
            apart = await self._sit_apart(exam, job, seed + 1) if sat.unsealed else None
            again = self._decide(
                apart or await self._sit(exam, job, early_stop, seed + 1), exam, code, began
            )
            if apart and again.failures:
                why = f"{again.failures[0].name} passes only where its code can look at it"
                again = self._decide(
                    await self._sit(exam, job, early_stop, seed + 2), exam, code, began
                )
                if again.verdict == "green":
                    return self._judgement("tampered", replace(sat, why=why), began)
            if again.verdict == "tampered":
                return again
            if again.verdict != "green":
                first = next(iter(again.failures), None)
                what = first.name if first else again.reason
                reason = f"flaky: {what} passed, then did not, and nothing had changed"
                return replace(again, verdict="red", reason=reason, flaky=True)
            if again.collected != judgement.collected:  # tests that did not come prove nothing
                numbers = f"{judgement.collected} tests, then {again.collected}"
                reason = f"flaky: there were {numbers}, and nothing had changed"
                return replace(again, verdict="red", reason=reason, flaky=True)
            judgement = replace(judgement, seconds=again.seconds)
        return judgement

    async def _sit_apart(self, exam: Exam, job: dict[str, Any], seed: int) -> Sat | None:
        """A sitting in which the code cannot see what its tests compute and expect.

        None where that cannot be: more than plain data goes between them.
        """
        if not exam.apart:
            return None
        sat = await self._sit(exam, {**job, "paper": {**job["paper"], "apart": True}}, False, seed)
        return sat if sat.end == "done" and sat.stopped is None else None

    async def _sit(self, exam: Exam, job: dict[str, Any], early_stop: bool, seed: int) -> Sat:
        """One sitting; once again where a process kept warm turns out to be gone."""
        while self._idle:
            worker = self._idle.pop()
            sat = await self._sit_with(worker, exam, job, early_stop, seed)
            if worker.alive or sat.end != "gone" or sat.collected:
                return sat
        return await self._sit_with(await self._start(), exam, job, early_stop, seed)

    async def _sit_with(
        self, worker: Worker, exam: Exam, job: dict[str, Any], early_stop: bool, seed: int
    ) -> Sat:
        """In a thread, which ends soon where the caller is cancelled."""
        examiner = Examiner(
            worker, exam, _enough_for(exam, self._limits), early_stop, random.SystemRandom()
        )
        paper = {**job["paper"], "seed": seed}
        terms = {**job["terms"], **worker.terms}
        running = asyncio.ensure_future(
            asyncio.to_thread(examiner.run, {**job, "paper": paper, "terms": terms})
        )
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            examiner.cancel()
            await running
            raise
        finally:
            if worker.alive:
                self._idle.append(worker)

    async def _get_ready(self) -> None:
        if not self._idle:
            self._idle.append(await self._start())

    async def _start(self) -> Worker:
        try:
            worker = Worker(self._sandbox, self._limits)
            await asyncio.to_thread(worker.wait_ready)
            return worker
        except (WorkerGone, OSError) as error:
            raise SandboxUnavailable(
                f"the {self._sandbox.level} sandbox does not start",
                evidence=str(error).splitlines()[-8:],
                next_step="run the same command again; if it fails again, install bubblewrap",
            ) from None

    def _job(
        self, exam: Exam, tests: bytes, code: Mapping[str, bytes], only: Collection[str] | None
    ) -> dict[str, Any]:
        sources = b"\n".join((tests, *code.values()))
        warm = [name for name, mention in _WARM.items() if mention in sources]
        plugins = pytest_plugins(tests) if exam.style == "pytest" else []
        if exam.style == "pytest":
            warm += [*_PYTEST, *(name for name in plugins if "." in name)]
        return {
            "paper": {
                "style": exam.style,
                "code": exam.code.decode("latin-1"),
                "files": {
                    name: data.decode("latin-1") for name, data in code.items() if name != "test.py"
                },
                "paths": package_folders(),
                "warm": warm,
                "plugins": plugins,
                "apart": False,
                "relied": list(exam.relied),
                "replaced": list(exam.replaced),
                "only": None if only is None else sorted(only),
                "examples": [
                    [name, [[one.source, one.line] for one in examples]]
                    for name, examples in exam.examples.items()
                ],
            },
            "terms": {"limits": as_arguments(_enough_for(exam, self._limits))},
            "kept_bytes": self._limits.output_bytes,
        }

    def _decide(self, sat: Sat, exam: Exam, code: Mapping[str, bytes], began: float) -> Judgement:
        if sat.deeds and sat.end != "tampered":
            return self._judgement("tampered", replace(sat, why=sat.deeds[0]), began)
        if sat.end == "tampered":
            return self._judgement("tampered", sat, began)
        if sat.end == "hung":
            return self._judgement("hung", sat, began)
        if sat.end in ("gone", "memory"):
            why = sat.why or "the process that ran the tests was ended"
            return self._judgement("crashed", replace(sat, why=why), began)
        if sat.stopped is not None:
            whose, why = _whose(sat.stopped)
            return self._judgement("red", replace(sat, why=why), began, fault=whose)
        results = _in_order(sat)
        lacking = [test for test in results if test.outcome != "passed"]
        if lacking:
            why = f"{len(lacking)} of {len(results)} tests did not pass: {lacking[0].name}"
            if all(test.outcome == "skipped" for test in results):
                return self._judgement("vacuous", replace(sat, why="all was skipped"), began)
            fault = _fault_of_script(lacking[0]) if exam.style == "script" else ""
            return self._judgement("red", replace(sat, why=why), began, fault=fault)
        if not results:
            return self._judgement("vacuous", replace(sat, why="no test was collected"), began)
        if not sum(test.assertions for test in results):
            return self._judgement("vacuous", replace(sat, why="nothing was asserted"), began)
        if sat.idle:
            why = f"{sat.idle[0]} asserted nothing: what it loops over was empty"
            return self._judgement("vacuous", replace(sat, why=why), began)
        if sat.unsealed and (why := _reached(sat, code)):
            return self._judgement("tampered", replace(sat, why=why), began)
        return self._judgement("green", replace(sat, why=""), began)

    def _judgement(
        self,
        verdict: Verdict,
        sat: Sat,
        began: float,
        fault: Literal["tests", "code", ""] = "",
    ) -> Judgement:
        tests = tuple(_in_order(sat))
        return Judgement(
            verdict=verdict,
            tests=tests,
            assertions=sum(test.assertions for test in tests),
            reason=sat.why,
            fault=fault,
            sandbox=self._sandbox.level,
            seconds=time.monotonic() - began,
            output_tail=sat.printed[-4000:],
        )


def _enough_for(exam: Exam, limits: Limits) -> Limits:
    """The limits with time for a long suite: what its source holds, not what it claims to be."""
    more = len(exam.tests) * _SECONDS_A_TEST
    return replace(
        limits,
        wall_seconds=limits.wall_seconds + more,
        cpu_seconds=limits.cpu_seconds + math.ceil(more),
    )


def _in_order(sat: Sat) -> list[TestResult]:
    """The results in the order of the file."""
    place = {name: index for index, name in enumerate(sat.collected)}
    return sorted(sat.results.values(), key=lambda test: place.get(test.name, 0))


def _reached(sat: Sat, code: Mapping[str, bytes]) -> str:
    """Why a green suite may owe its colour to more than its code, "" where it cannot."""
    if where := into_others(code):
        return f"{where}, and what it was to return was within its reach"
    if sat.frames and (where := out_of_frame(code)):
        return f"{sat.frames[0]} and {where}: what it was to return was within its reach"
    return ""


def _whose(error: dict[str, Any]) -> tuple[Literal["tests", "code"], str]:
    """Whose fault it is that a suite could not even be loaded, and one line on it."""
    why = printable(f"{error.get('type')}: {error.get('text')}").rstrip(": ")
    frames = error.get("frames") or []
    last = frames[-1][0] if frames and isinstance(frames[-1], list) and frames[-1] else "test.py"
    too_much = error.get("type") in ("MemoryError", "RecursionError")  # while it was compiled
    if error.get("module") == "main" or last != "test.py" or too_much:
        return "code", f"{'main.py' if too_much else last}: {why}"
    return "tests", f"test.py: {why}"


def _fault_of_script(test: TestResult) -> Literal["tests", "code", ""]:
    if test.error_type not in ("ImportError", "ModuleNotFoundError", "SyntaxError"):
        return ""
    first, _, rest = test.message.partition("\n")
    return "tests" if rest.strip().startswith("test.py") and "'main'" not in first else "code"
