"""The red phase: tests must fail before there is any code, and by their own doing."""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.judge.judge import Judge
from provisioner.judge.stub import stub_for
from provisioner.judge.suite import prepare
from provisioner.judge.verdict import Judgement

#: Errors that say the test itself is broken, whatever main.py does.
_OWN_FAULTS = frozenset(
    ("ImportError", "ModuleNotFoundError", "SyntaxError", "NameError", "UnboundLocalError")
)


@dataclass(frozen=True, slots=True)
class RedReport:
    """Whether a suite is fit to be frozen.

    Attributes:
        ok: every test ran against the stub and failed by its own doing.
        reason: one line why not, "" where ok.
        judgement: what happened against the stub.
        passing: names of the tests that passed against the stub.
    """

    ok: bool
    reason: str
    judgement: Judgement
    passing: tuple[str, ...] = ()


async def see_red(judge: Judge, tests: bytes) -> RedReport:
    """Judge the tests against a stub of main.py that can do nothing."""
    judgement = await judge.judge(tests, {"main.py": stub_for(tests)}, confirm=False)
    passing = tuple(test.name for test in judgement.tests if test.outcome == "passed")
    reason = _fault(judgement, passing)
    if not reason and not prepare(tests).asserts:  # it fails on a stub, and passes on any code
        reason = "vacuous: nothing in test.py asserts anything"
    return RedReport(ok=not reason, reason=reason, judgement=judgement, passing=passing)


def _fault(judgement: Judgement, passing: tuple[str, ...]) -> str:
    if judgement.fault or judgement.verdict in ("hung", "crashed", "tampered", "vacuous"):
        return f"{judgement.verdict}: {judgement.reason}"
    if not judgement.tests:
        return "vacuous: no test was collected"
    if passing:
        return f"passes without any code: {', '.join(passing)}"
    skipped = [test.name for test in judgement.tests if test.outcome == "skipped"]
    if skipped:
        return f"skipped, which proves nothing: {', '.join(skipped)}"
    broken = [test for test in judgement.tests if test.error_type in _OWN_FAULTS]
    if broken:
        return f"{broken[0].name} fails by its own fault: {broken[0].error_type}"
    return ""
