"""Which lines and branches of main.py a suite reaches."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ledger.text.printable import printable
from provisioner.judge.runners import pytest_plugins, without_runner
from provisioner.judge.seal import prepare
from provisioner.quality.mutation.branches import EXIT, Branch, layout_of
from provisioner.sandbox.base import Confinement, Limits, Outcome, Sandbox
from provisioner.sandbox.interpreter import interpreter

_log = logging.getLogger(__name__)
_TRACER = Path(__file__).with_name("tracer.py")
_FAULT_CHARACTERS = 300
_LIMITS = Limits(wall_seconds=30, cpu_seconds=30, output_bytes=4 << 20)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    covered: int
    total: int


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What of main.py the tests reach. It is shown, and never decides a verdict.

    Attributes:
        lines: statements that do something, counted by their first lines.
        branches: both ways of every decision.
        covered_lines: lines where a change can be noticed: all but those of statements that
            were not reached.
        uncovered: first and last line of stretches that were not reached.
        uncovered_branches: such as "line 12 → 15", "line 12 → exit".
    """

    lines: Share
    branches: Share
    covered_lines: frozenset[int]
    uncovered: tuple[tuple[int, int], ...]
    uncovered_branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """A measurement that came to nothing, and says nothing about tests or code: why, one line."""

    reason: str


async def coverage(
    sandbox: Sandbox, tests: bytes, code: Mapping[str, bytes], *, limits: Limits = _LIMITS
) -> CoverageReport | NotMeasured:
    """Run green tests once in the sandbox, traced.

    Tests that do not pass when they are traced, or that reach nothing of main.py, show that the
    measurement failed: the judge saw them pass.

    Args:
        sandbox: where to run them.
        tests: the bytes of a test.py of any style that is green on the code.
        code: relative file name to bytes, with a main.py that is Python.
        limits: for the one run.
    """
    style = prepare(tests).style
    files = {**code, "test.py": without_runner(tests)}
    job = {
        "style": style,
        "plugins": pytest_plugins(tests),
        "files": {name: content.decode("latin-1") for name, content in files.items()},
    }
    outcome = await sandbox.run(
        [interpreter(), "-I", "-B", str(_TRACER)],
        Confinement(limits=limits, readable=(_TRACER,)),
        stdin=json.dumps(job).encode(),
    )
    try:
        report = json.loads(outcome.stdout)
        lines = {int(line) for line in report["lines"]}
        arcs = {(int(start), int(end)) for start, end in report["arcs"]}
        fault = _on_one_line(str(report["fault"]))
    except (ValueError, KeyError, TypeError):
        return _not_measured(f"the traced tests left no report: {_ending(outcome)}")
    if fault:
        return _not_measured(f"the tests do not pass when they are traced: {fault}")
    found = _report(code["main.py"], lines, arcs)
    if found.lines.total and not found.lines.covered:
        return _not_measured("the traced tests reach no line of main.py")
    return found


def _not_measured(reason: str) -> NotMeasured:
    _log.warning("no coverage: %s", reason)
    return NotMeasured(reason)


def _ending(outcome: Outcome) -> str:
    if outcome.timed_out:
        return f"they did not end within {outcome.seconds:.0f} s"
    if outcome.out_of_memory or outcome.overcrowded:
        return "they ran out of " + ("memory" if outcome.out_of_memory else "processes")
    ended = (
        f"signal {outcome.signal}"
        if outcome.exit_code is None
        else f"exit code {outcome.exit_code}"
    )
    last = next(reversed(outcome.stderr.strip().splitlines()), "")
    return _on_one_line(f"{ended} {last}")


def _on_one_line(text: str) -> str:
    return printable(" ".join(text.split()))[:_FAULT_CHARACTERS]


def _report(main: bytes, lines: set[int], arcs: set[tuple[int, int]]) -> CoverageReport:
    layout = layout_of(main)
    statements = layout.statements()
    reached = {statements.get(line, line) for line in lines}
    steps = {(statements.get(start, start), statements.get(end, end)) for start, end in arcs}
    missed = sorted(set(layout.last) - reached)
    never = [branch for branch in layout.branches if not branch.seen(steps, layout.handlers)]
    missed_lines = {line for first in missed for line in range(first, layout.last[first] + 1)}
    return CoverageReport(
        lines=Share(len(layout.last) - len(missed), len(layout.last)),
        branches=Share(len(layout.branches) - len(never), len(layout.branches)),
        covered_lines=frozenset(range(1, main.count(b"\n") + 2)) - missed_lines,
        uncovered=_ranges(missed, sorted(layout.last)),
        uncovered_branches=tuple(_text(branch) for branch in never if branch.line in reached),
    )


def _ranges(missed: list[int], all_lines: list[int]) -> tuple[tuple[int, int], ...]:
    """Stretches of statements that follow each other without a reached one in between."""
    numbered = [(all_lines.index(line), line) for line in missed]
    groups = groupby(enumerate(numbered), key=lambda pair: pair[1][0] - pair[0])
    stretches = [[line for _, (_, line) in group] for _, group in groups]
    return tuple((stretch[0], stretch[-1]) for stretch in stretches)


def _text(branch: Branch) -> str:
    return f"line {branch.line} → {'exit' if branch.into == EXIT else branch.into}"
