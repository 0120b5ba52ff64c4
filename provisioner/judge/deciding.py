"""The verdict on a run."""

from __future__ import annotations

import time
from typing import Any, Literal

from ledger.text.printable import printable
from provisioner.judge.run import SuiteRun
from provisioner.judge.suite import PreparedSuite
from provisioner.judge.verdict import Judgement, Level, TestResult, Verdict


def decide(run: SuiteRun, suite: PreparedSuite, sandbox: Level, began: float) -> Judgement:
    """The verdict on one run, and what it showed."""
    results = _in_order(run)

    def judged(
        verdict: Verdict, why: str = "", fault: Literal["tests", "code", ""] = ""
    ) -> Judgement:
        return Judgement(
            verdict=verdict,
            tests=tuple(results),
            assertions=sum(test.assertions for test in results),
            reason=why or run.why,
            fault=fault,
            sandbox=sandbox,
            seconds=time.monotonic() - began,
            output_tail=run.printed[-4000:],
            isolation=suite.isolation,
        )

    if suite.fault:
        return judged("red", suite.fault, "tests")
    if run.end == "garbled":
        return judged("tampered")
    if run.end == "hung":
        return judged("hung")
    if run.end in ("gone", "memory"):
        return judged("crashed")
    if run.stopped is not None:
        whose, why = _whose(run.stopped)
        return judged("red", why, whose)
    if not results:
        return judged("vacuous", "no test was collected")
    if all(test.outcome == "skipped" for test in results):
        return judged("vacuous", "all was skipped")
    if failed := [test for test in results if test.outcome == "failed"]:
        why = f"{len(failed)} of {len(results)} tests did not pass: {failed[0].name}"
        return judged("red", why, _fault_of_script(failed[0]) if suite.style == "script" else "")
    if not any(test.assertions for test in results):
        return judged("vacuous", "nothing was asserted")
    if run.changed:
        return judged("red", f"the code changed {run.changed}, which lies beside the tests")
    idle = [one.name for one in results if one.outcome == "passed" and not one.assertions]
    if first := next((one for one in idle if one.partition("[")[0] in suite.asserting), ""):
        return judged("vacuous", f"{first} passed without any of its assertions")
    return judged("green")


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
