"""The verdict on a run."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Literal

from ledger.text.printable import printable
from provisioner.judge.suite import PreparedSuite
from provisioner.judge.suite_run import SuiteRun
from provisioner.judge.verdict import Isolation, Judgement, Level, TestResult, Verdict


def decide(run: SuiteRun, suite: PreparedSuite, sandbox: Level, began: float) -> Judgement:
    """The verdict on one run."""

    def judged(
        verdict: Verdict, run: SuiteRun, fault: Literal["tests", "code", ""] = ""
    ) -> Judgement:
        return judgement_of(verdict, run, sandbox, began, fault, suite.isolation)

    if run.end == "garbled":
        return judged("tampered", run)
    if run.end == "hung":
        return judged("hung", run)
    if run.end in ("gone", "memory"):
        why = run.why or "the process that ran the tests was ended"
        return judged("crashed", replace(run, why=why))
    if run.stopped is not None:
        whose, why = _whose(run.stopped)
        return judged("red", replace(run, why=why), fault=whose)
    results = _in_order(run)
    lacking = [test for test in results if test.outcome == "failed"]
    if results and all(test.outcome == "skipped" for test in results):
        return judged("vacuous", replace(run, why="all was skipped"))
    if lacking:
        why = f"{len(lacking)} of {len(results)} tests did not pass: {lacking[0].name}"
        fault = _fault_of_script(lacking[0]) if suite.style == "script" else ""
        return judged("red", replace(run, why=why), fault=fault)
    if not results:
        return judged("vacuous", replace(run, why="no test was collected"))
    if not sum(test.assertions for test in results):
        return judged("vacuous", replace(run, why="nothing was asserted"))
    if run.changed:
        why = f"the code changed {run.changed}, which lies beside the tests"
        return judged("red", replace(run, why=why))
    idle = [t.name for t in results if t.outcome == "passed" and not t.assertions]
    if found := next((n for n in idle if n.partition("[")[0] in suite.asserting), ""):
        why = f"{found} passed without any of its assertions"
        return judged("vacuous", replace(run, why=why))
    return judged("green", replace(run, why=""))


def judgement_of(
    verdict: Verdict,
    run: SuiteRun,
    sandbox: Level,
    began: float,
    fault: Literal["tests", "code", ""] = "",
    isolation: Isolation = "separate",
) -> Judgement:
    """A judgement with what a run showed."""
    tests = tuple(_in_order(run))
    return Judgement(
        verdict=verdict,
        tests=tests,
        assertions=sum(test.assertions for test in tests),
        reason=run.why,
        fault=fault,
        sandbox=sandbox,
        seconds=time.monotonic() - began,
        output_tail=run.printed[-4000:],
        isolation=isolation,
    )


def _in_order(run: SuiteRun) -> list[TestResult]:
    """The results in the order of the file."""
    place = {name: index for index, name in enumerate(run.collected)}
    return sorted(run.results.values(), key=lambda test: place.get(test.name, 0))


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
