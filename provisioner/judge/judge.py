"""Judges a suite against the code it tests."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from provisioner.judge.verdict import Judgement, TestResult, Verdict
from provisioner.sandbox.base import Limits, Sandbox

_ROOM = Path(__file__).with_name("room")


class Judge:
    """Judges in one sandbox, under one set of limits; close it, or use it as `async with`."""

    def __init__(self, sandbox: Sandbox, limits: Limits | None = None) -> None:
        self._sandbox = sandbox
        self._limits = limits or Limits()

    async def __aenter__(self) -> Judge:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End the processes kept warm."""

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
        job = {
            "tests": tests.decode("latin-1"),
            "code": {k: v.decode("latin-1") for k, v in code.items() if k != "test.py"},
        }
        outcome = await self._sandbox.run(
            [sys.executable, "-I", str(_ROOM / "thin.py")],
            readable=[_ROOM],
            limits=self._limits,
            stdin=json.dumps(job).encode(),
        )
        tail = outcome.stderr[-4000:]
        results: tuple[TestResult, ...] = ()
        fault: Literal["tests", "code", ""] = ""
        verdict: Verdict
        try:
            report = json.loads(outcome.stdout)
            results = tuple(TestResult(*test) for test in report["tests"])
            fault, reason = report.get("fault", ""), report.get("reason", "")
        except (ValueError, KeyError, TypeError):
            verdict = "hung" if outcome.timed_out else "crashed"
            reason = (
                "the time limit was reached" if outcome.timed_out else "the process ended early"
            )
        else:
            failed = [test for test in results if test.outcome != "passed"]
            assertions = sum(test.assertions for test in results)
            if fault or failed:
                verdict = "red"
                reason = reason or f"{len(failed)} of {len(results)} tests did not pass"
            elif not results or not assertions:
                verdict, reason = (
                    "vacuous",
                    "no test ran" if not results else "nothing was asserted",
                )
            else:
                verdict = "green"
        return Judgement(
            verdict=verdict,
            tests=results,
            assertions=sum(test.assertions for test in results),
            reason=reason,
            fault=fault,
            sandbox=self._sandbox.level,
            seconds=time.monotonic() - began,
            output_tail=tail,
        )
