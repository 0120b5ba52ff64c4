"""What the judge says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["green", "red", "vacuous", "hung", "crashed", "tampered"]
Isolation = Literal["separate", "shared"]
Level = Literal["bwrap", "landlock", "docker", "seatbelt", "none"]


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test, as executed.

    Attributes:
        name: ``Class.method``, ``function``, ``function[case]``, or ``script`` for a plain one.
        outcome: what happened.
        error_type: the exception's class name where it did not pass, e.g. "AssertionError".
        message: the exception's text and the lines that led there, without timings and
            absolute paths, at most 4,000 characters.
        assertions: how many assertions were evaluated in it.
    """

    __test__ = False  # pytest takes classes named Test… for tests

    name: str
    outcome: Literal["passed", "failed", "skipped"]
    error_type: str = ""
    message: str = ""
    assertions: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result of judging one folder once.

    Attributes:
        verdict: green only if every collected test passed, at least one ran, at least one
            assertion was evaluated, and nothing but the tests decided that.
        tests: every collected test in the order of the file.
        assertions: evaluated assertions, all tests together.
        reason: one line why the verdict is not green, "" for green.
        fault: whose the failure is where the suite could not run at all: the tests' (a syntax
            error in test.py, an import that exists nowhere) or the code's.
        sandbox: the isolation it ran in.
        seconds: wall-clock time.
        output_tail: the end of what the judged process printed, never trusted.
        isolation: whether tests and code were separate processes.
        flaky: it was green and, with nothing changed, then was not; the verdict is red.
        remark: on a green one: what does not pass where its tests run in another order.
    """

    verdict: Verdict
    tests: tuple[TestResult, ...]
    assertions: int
    reason: str
    fault: Literal["tests", "code", ""]
    sandbox: Level
    seconds: float
    output_tail: str = ""
    flaky: bool = False
    isolation: Isolation = "shared"
    remark: str = ""

    @property
    def collected(self) -> int:
        return len(self.tests)

    @property
    def passed(self) -> int:
        return sum(test.outcome == "passed" for test in self.tests)

    @property
    def failed(self) -> int:
        return sum(test.outcome == "failed" for test in self.tests)

    @property
    def skipped(self) -> int:
        return sum(test.outcome == "skipped" for test in self.tests)

    @property
    def failures(self) -> tuple[TestResult, ...]:
        return tuple(test for test in self.tests if test.outcome == "failed")
