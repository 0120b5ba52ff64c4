"""Which lines and branches of main.py a suite reaches."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from provisioner.judge.runners import without_runner
from provisioner.quality.mutation.branches import EXIT, Branch, layout_of
from provisioner.sandbox.base import Confinement, Limits, Sandbox
from provisioner.sandbox.interpreter import interpreter

_log = logging.getLogger(__name__)
_TRACER = Path(__file__).with_name("tracer.py")
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


async def coverage(
    sandbox: Sandbox, tests: bytes, code: Mapping[str, bytes], *, limits: Limits = _LIMITS
) -> CoverageReport | None:
    """Run the tests once in the sandbox, traced; None where they end without a report.

    Args:
        tests: the bytes of test.py, of any style.
        code: relative file name to bytes, with a main.py that is Python.
    """
    files = {**code, "test.py": without_runner(tests)}
    outcome = await sandbox.run(
        [interpreter(), "-I", "-B", str(_TRACER)],
        Confinement(limits=limits, readable=(_TRACER,)),
        stdin=json.dumps({name: text.decode("latin-1") for name, text in files.items()}).encode(),
    )
    try:
        report = json.loads(outcome.stdout)
        lines = {int(line) for line in report["lines"]}
        arcs = {(int(start), int(end)) for start, end in report["arcs"]}
    except (ValueError, KeyError, TypeError):
        _log.warning("no coverage, the traced tests left no report: %s", outcome)
        return None
    return _report(code["main.py"], lines, arcs)


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
