"""Attempts at main.py: the judgement on a version, and the feedback that its writer may get."""

from __future__ import annotations

import ast
import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.diagnosis.diagnose import diagnose
from assistant.kinds import Kind
from graph.deps import Deps
from graph.failure import MAX_CHARS, normalize_log, printable
from graph.packages import Prepared, prepare
from graph.state import DeploymentState, Proof
from ledger.text.counted import counted
from provisioner.feature.packages.requirements import own_module
from provisioner.judge.verdict import Judgement, TestResult
from provisioner.quality.hidden import Split, hidden_failures
from provisioner.quality.mutation.prove import prove
from provisioner.suite.tables import find_tables

MAX_CAUSES = 8  # distinct tracebacks; more only repeats them
# Exceptions behind which is more than a wrong answer, and the kinds that they may be of.
_ROOTS = ("MemoryError", "ImportError", "ModuleNotFoundError")
_ROOT_KINDS = ("out_of_memory", "local_module_missing")
_NUMBERS = re.compile(r"-?\b(0x[0-9a-fA-F]+|\d+(\.\d+)?([eE][+-]?\d+)?)\b")
_LINES = re.compile(r"\bline \d+\b")
_NAMES_SHOWN = 6
_NAME_CHARS = 60
_TAIL_LINES = 5  # of the output, where the suite failed without a failed test
_OVERFITTED = "This is a table of the tests that are shown, not a solution:"
_HIDDEN_LINE = "every visible test passes, hidden checks fail"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A version of main.py and its judgement by the whole suite, hidden tests included.

    Attributes:
        feedback: for the next round; it says nothing of hidden tests. line is it in one line.
        prepared: its packages.
        overfitted: findings that the code is a table of the visible tests.
        noticed: the share of its mutants that the tests kill; 0 where none was run.
        own: the module that the feature is by its name.
    """

    code: bytes
    judgement: Judgement
    feedback: str
    line: str
    overfitted: tuple[str, ...]
    prepared: Prepared
    noticed: float = 0.0
    own: str = ""

    @property
    def note(self) -> str:
        """The outcome of the whole suite in one line, for a person; models are not shown it."""
        return _with_finding(summarize(self.judgement), self.overfitted) + self.prepared.note

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
    def kind(self) -> Kind:
        """What is wrong with a version that was not accepted."""
        if self.prepared.missing:
            return "missing_dependency"
        try:
            ast.parse(self.code)
        except (SyntaxError, ValueError):
            return "code_syntax_error"
        found = diagnose("\n".join(self._roots()), own=self.own)
        return found.kind if found and found.kind in _ROOT_KINDS else "test_failed"

    def _roots(self) -> tuple[str, ...]:
        """What may be a cause beside the code's answers: no assertion's text is."""
        failures = self.judgement.failures
        if not failures:
            return (self.judgement.reason,)
        return tuple(error_line(test) for test in failures if test.error_type in _ROOTS)

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


async def judge_attempt(
    deps: Deps,
    state: DeploymentState,
    tests: bytes,
    parts: Split,
    code: bytes,
    declared: Sequence[str] = (),
) -> Attempt:
    """Judge a version of main.py by the whole suite, with the packages that it imports."""
    prepared = await prepare(deps, state, tests=tests, code=(code,), declared=declared)
    if missing := prepared.missing:
        return Attempt(code, _not_judged(deps, missing), missing, printable(missing), (), prepared)
    judge = prepared.judge(deps)
    judgement = await judge.judge(tests, {"main.py": code})
    found = tuple(map(str, find_tables(code, parts.visible)))
    overfitting = "\n".join([_OVERFITTED, *found]) if found else ""
    if judgement.verdict == "green":
        line = _with_finding(summarize(judgement), found)
        return Attempt(code, judgement, overfitting, line, found, prepared)
    withheld = hidden_failures(judgement, parts)
    shown = judgement
    if parts.partly:
        shown = await judge.judge(parts.visible, {"main.py": code}, confirm=False)
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
    line, own = _with_finding(line, found), own_module(state["feature"])
    return Attempt(code, judgement, text, line, found, prepared, own=own)


def _not_judged(deps: Deps, reason: str) -> Judgement:
    """Red without a run: what the code imports cannot be had."""
    return Judgement(
        verdict="red",
        tests=(),
        assertions=0,
        reason=reason,
        fault="code",
        sandbox=deps.sandbox.level,
        seconds=0.0,
    )


async def with_mutants(deps: Deps, tests: bytes, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Run mutation testing on each accepted attempt where there are several to choose from."""
    if deps.settings.quality.mutation == "off" or sum(one.accepted for one in attempts) < 2:
        return list(attempts)
    seconds = deps.settings.quality.mutation_seconds / len(attempts)
    proven = []
    for one in attempts:
        if one.accepted:
            judge = one.prepared.judge(deps)
            report = await prove(judge, tests, {"main.py": one.code}, seconds=seconds)
            one = replace(one, noticed=report.score or 0.0)
        proven.append(one)
    return proven


def _with_finding(line: str, found: tuple[str, ...]) -> str:
    return printable(f"{line}; overfitted: {found[0]}") if found else line


def group_failures(judgement: Judgement) -> str:
    """The failures grouped by root cause, each with the tests that share it."""
    if not judgement.failures:
        parts = [judgement.reason, judgement.output_tail[-4000:]]
        return normalize_log("\n\n".join(part for part in parts if part))
    groups: dict[str, list[TestResult]] = defaultdict(list)
    for test in judgement.failures:
        groups[_cause(test)].append(test)
    shown = list(groups.values())[:MAX_CAUSES]
    head = f"{judgement.failed} of {counted(judgement.collected, 'test')} failed."
    more = len(groups) - len(shown)
    tail = f"and {counted(more, 'more cause')}" if more else ""
    share = (MAX_CHARS - len(head) - len(tail)) // len(shown) - 2 * len("\n\n")
    blocks = [_block(tests, share) for tests in shown]
    return normalize_log("\n\n".join(part for part in (head, *blocks, tail) if part))


def signature(judgement: Judgement) -> str:
    """Equal for the same tests failing in the same way, whatever the numbers in the messages."""
    causes = sorted(f"{test.name}:{_cause(test)}" for test in judgement.failures)
    text = "\n".join(causes) or f"{judgement.verdict}:{_without_numbers(judgement.reason)}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def summarize(judgement: Judgement) -> str:
    """The outcome of an attempt in at most 200 characters."""
    if judgement.verdict == "green":
        return (
            f"green, {counted(judgement.passed, 'test')}, "
            f"{counted(judgement.assertions, 'assertion')}"
            f"{judgement.remark and printable(f'; {judgement.remark}')}"
        )
    if not judgement.failures:
        return printable(f"{judgement.verdict}: {judgement.reason}")
    first = judgement.failures[0]
    return printable(
        f"{judgement.verdict}, {judgement.passed} of {judgement.collected} passed; "
        f"{first.name}: {error_line(first)}"
    )


def _block(tests: list[TestResult], share: int) -> str:
    """One cause: the tests that share it and its message, head and tail where it is long."""
    names = ", ".join(test.name[:_NAME_CHARS] for test in tests[:_NAMES_SHOWN])
    more = f" and {len(tests) - _NAMES_SHOWN} more" if len(tests) > _NAMES_SHOWN else ""
    head, message = f"{names}{more}:\n", tests[0].message
    limit = share - len(head)
    if len(message) > limit:
        half = (limit - len("\n…\n")) // 2
        message = f"{message[:half]}\n…\n{message[-half:]}"
    return head + message


def _cause(test: TestResult) -> str:
    return f"{test.error_type}:{_without_numbers(error_line(test))}"


def error_line(test: TestResult) -> str:
    """The line that names the error: the first of a traceback, the last of an assertion."""
    lines = test.message.strip().splitlines() or [test.error_type]
    named = lines[0].partition(":")[0] == test.error_type and lines[0] != "AssertionError"
    return lines[0] if named else lines[-1]


def _without_numbers(text: str) -> str:
    return _NUMBERS.sub("#", _LINES.sub("line #", text))
