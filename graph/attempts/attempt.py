"""Attempts at main.py: the judgement on a version, and the feedback that its writer may get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.attempts.feedback import error_line, group_failures, printable, signature, summarize
from graph.deps import Deps
from graph.state import Proof
from provisioner.judge.verdict import Judgement
from provisioner.quality.hidden import Split, seen
from provisioner.quality.mutation.prove import prove
from provisioner.suite.tables import find_tables

_TAIL_LINES = 5  # of the output, where the suite failed without a failed test
_OVERFITTED = "This is a table of the tests that are shown, not a solution:"
_HIDDEN_LINE = "every visible test passes, hidden checks fail"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A judged version of main.py.

    Attributes:
        judgement: of the whole suite, hidden tests included.
        feedback: for the next round; it says nothing of hidden tests.
        line: the feedback in one line, for the list of attempts.
        overfitted: findings that the code is a table of the visible tests.
        noticed: the share of its mutants that the tests kill; 0 where none was run.
    """

    code: bytes
    judgement: Judgement
    feedback: str
    line: str
    overfitted: tuple[str, ...]
    noticed: float = 0.0

    @property
    def note(self) -> str:
        """The outcome of the whole suite in one line, for a person; models are not shown it."""
        return _with_finding(summarize(self.judgement), self.overfitted)

    @property
    def evidence(self) -> tuple[str, ...]:
        """The failures line by line for a person, hidden tests included."""
        lines = [f"{test.name}: {error_line(test)}" for test in self.judgement.failures]
        if lines or self.overfitted:
            return (*lines, *self.overfitted)
        tail = self.judgement.output_tail.splitlines()[-_TAIL_LINES:]
        return tuple(filter(None, [self.judgement.reason, *tail]))

    @property
    def accepted(self) -> bool:
        return self.judgement.verdict == "green" and not self.overfitted

    @property
    def signature(self) -> str:
        return signature(self.judgement)

    @property
    def rank(self) -> tuple[bool, int, float, int]:
        """Higher for the better attempt: green, more tests passed, better proven, shorter."""
        return self.accepted, self.judgement.passed, self.noticed, -len(self.code)

    def proof(self) -> Proof:
        """The proof for the state; an overfitted version counts as red."""
        proof = proof_of(self.judgement)
        return {**proof, "verdict": "red"} if self.overfitted else proof


def proof_of(judgement: Judgement) -> Proof:
    return Proof(
        verdict=judgement.verdict,
        collected=judgement.collected,
        passed=judgement.passed,
        assertions=judgement.assertions,
        isolation=judgement.isolation,
        sandbox=judgement.sandbox,
    )


async def judge_attempt(deps: Deps, tests: bytes, parts: Split, code: bytes) -> Attempt:
    """Judge a version of main.py by the whole suite."""
    judgement = await deps.judge.judge(tests, {"main.py": code})
    found = tuple(map(str, find_tables(code, parts.visible)))
    overfitting = "\n".join([_OVERFITTED, *found]) if found else ""
    if judgement.verdict == "green":
        line = _with_finding(summarize(judgement), found)
        return Attempt(code, judgement, overfitting, line, found)
    withheld = seen(judgement, parts).text
    shown = judgement
    if parts.partly:
        shown = await deps.judge.judge(parts.visible, {"main.py": code}, confirm=False)
    elif parts.hidden:
        hidden = set(parts.hidden)
        visible = (test for test in judgement.tests if test.name.partition("[")[0] not in hidden)
        # What ended before any test names none that is hidden.
        reason = "" if judgement.tests else judgement.reason
        shown = replace(judgement, tests=tuple(visible), reason=reason, output_tail="")
    if withheld and not shown.failures:
        line, feedback = _HIDDEN_LINE, [withheld, overfitting]
    else:
        line, feedback = summarize(shown), [group_failures(shown), withheld]
    text = "\n\n".join(filter(None, feedback))
    return Attempt(code, judgement, text, _with_finding(line, found), found)


async def with_mutants(deps: Deps, tests: bytes, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Run mutation testing on each accepted attempt where there are several to choose from."""
    if deps.settings.quality.mutation == "off" or sum(one.accepted for one in attempts) < 2:
        return list(attempts)
    seconds = deps.settings.quality.mutation_seconds / len(attempts)
    proven = []
    for one in attempts:
        if one.accepted:
            report = await prove(deps.judge, tests, {"main.py": one.code}, seconds=seconds)
            one = replace(one, noticed=report.score or 0.0)
        proven.append(one)
    return proven


def _with_finding(line: str, found: tuple[str, ...]) -> str:
    return printable(f"{line}; overfitted: {found[0]}") if found else line
