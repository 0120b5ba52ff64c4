"""Which lines and branches of main.py a suite reaches."""

from __future__ import annotations

import ast
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ledger.text.printable import printable
from provisioner.judge.packages import OF_TOOL, ONE_THREAD, Packages
from provisioner.judge.suite import prepare, without_runner
from provisioner.sandbox.base import Confinement, Limits, Outcome, Sandbox
from provisioner.suite.parse import blocks_of, first_line

_log = logging.getLogger(__name__)
_TRACER = Path(__file__).with_name("tracer.py")
_FAULT_CHARACTERS = 300
_BREAK = ast.parse("raise AssertionError('no test comes here')").body[0]
_LIMITS = Limits(wall_seconds=30, cpu_seconds=30, output_bytes=4 << 20)


class Share(NamedTuple):
    """So many of so many."""

    covered: int
    total: int


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What of main.py the tests reach. It is shown, and never decides a verdict."""

    lines: Share  # statements that do something, counted by their first lines
    branches: Share  # both ways of every decision
    covered_lines: frozenset[int]  # all but those of statements that were not reached
    uncovered: tuple[tuple[int, int], ...]  # first and last line of stretches not reached
    uncovered_branches: tuple[str, ...]  # such as "line 12 → 15", "line 12 → exit"


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """There is no coverage report."""

    reason: str


async def coverage(
    sandbox: Sandbox,
    tests: bytes,
    code: Mapping[str, bytes],
    *,
    limits: Limits = _LIMITS,
    packages: Packages = OF_TOOL,
) -> CoverageReport | NotMeasured:
    """Run green tests of any style once in the sandbox, traced, with the packages of the tests.

    Tests that do not pass when they are traced, or that reach nothing of main.py, show that the
    measurement failed: the judge saw them pass.
    """
    suite = prepare(tests)
    files = {**code, "test.py": without_runner(tests)}
    job = {
        "style": suite.style,
        "plugins": suite.plugins,
        "paths": list(packages.tests.packages) if packages.of_runner else [],
        "files": {name: content.decode("latin-1") for name, content in files.items()},
    }
    outcome = await sandbox.run(
        [packages.runner.python, "-I", "-B", str(_TRACER)],
        Confinement(limits=limits, readable=(_TRACER, *packages.readable), environment=ONE_THREAD),
        stdin=json.dumps(job).encode(),
    )
    try:
        report = json.loads(outcome.stdout)
        fault = _on_one_line(str(report["fault"]))
        if fault:
            reason = f"the tests do not pass when they are traced: {fault}"
        elif report["main"]:
            return _report(code["main.py"], report["main"])
        else:
            reason = "the traced tests reach no line of main.py"
    except (ValueError, KeyError, TypeError, OverflowError):
        reason = f"the traced tests left no report: {_ending(outcome)}"
    _log.warning("no coverage: %s", reason)
    return NotMeasured(reason)


def broken_where_unreached(main: bytes, covered_lines: Collection[int]) -> bytes:
    """main.py with a `raise` before every statement that begins on a line not covered.

    Tests that are green on main.py stay green on this, if what coverage says is right.
    """
    tree = ast.parse(main)
    for block in list(blocks_of(tree)):
        for statement in list(block):
            if first_line(statement) not in covered_lines:
                block.insert(block.index(statement), _BREAK)
    return ast.unparse(ast.fix_missing_locations(tree)).encode()


def _ending(outcome: Outcome) -> str:
    if outcome.timed_out:
        return f"they did not end within {outcome.seconds:.0f} s"
    if outcome.out_of_memory or outcome.overcrowded:
        return "they ran out of " + ("memory" if outcome.out_of_memory else "processes")
    signal, code = f"signal {outcome.signal}", f"exit code {outcome.exit_code}"
    last = next(reversed(outcome.stderr.strip().splitlines()), "")
    return _on_one_line(f"{signal if outcome.exit_code is None else code} {last}")


def _on_one_line(text: str) -> str:
    return printable(" ".join(text.split()))[:_FAULT_CHARACTERS]


def _report(main: bytes, measured: Mapping[str, Any]) -> CoverageReport:
    """Read what coverage.py's JSON report says of main.py."""
    total = measured["summary"]
    reached = set(map(int, measured["executed_lines"]))
    missed = set(map(int, measured["missing_lines"]))
    inside_missed = {
        line
        for node in ast.walk(ast.parse(main))
        if isinstance(node, ast.stmt) and first_line(node) in missed
        for line in range(first_line(node), (node.end_lineno or node.lineno) + 1)
    }
    return CoverageReport(
        lines=Share(int(total["covered_lines"]), int(total["num_statements"])),
        branches=Share(int(total["covered_branches"]), int(total["num_branches"])),
        covered_lines=frozenset(range(1, main.count(b"\n") + 2)) - missed - inside_missed,
        uncovered=_stretches(sorted(reached | missed), missed),
        uncovered_branches=tuple(
            f"line {int(start)} → {int(end) if end > 0 else 'exit'}"
            for start, end in measured["missing_branches"]
            if start in reached
        ),
    )


def _stretches(statements: Sequence[int], missed: Collection[int]) -> tuple[tuple[int, int], ...]:
    """First and last of the missed ones that follow each other without another in between."""
    found: list[tuple[int, int]] = []
    for before, line in zip([0, *statements], statements, strict=False):
        if line in missed:
            first = found.pop()[0] if before in missed else line
            found.append((first, line))
    return tuple(found)
