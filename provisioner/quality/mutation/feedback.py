"""What the test writer gets when a suite is to be strengthened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provisioner.quality.mutation.coverage import CoverageReport, NotMeasured
from provisioner.quality.mutation.mutants import Mutant
from provisioner.quality.mutation.prove import MutationReport

_MUTANTS = 12
_BRANCHES = 20
_CHARACTERS = 8_000


def strengthen_feedback(report: MutationReport, coverage: CoverageReport | NotMeasured) -> str:
    """Survivors with their diffs, and branches that no test takes; "" where there are none.

    At most 12 survivors, spread over the lines of the module, and 8,000 characters.
    """
    parts = []
    if report.survived:
        chosen = _spread(report.survived)
        parts.append(
            f"The tests do not notice {len(report.survived)} of {report.total} changes to main.py."
            f" {'Some' if len(chosen) < len(report.survived) else 'All'} of them:"
        )
        parts += [f"line {one.line}:\n{one.diff}" for one in chosen]
    if isinstance(coverage, CoverageReport) and coverage.uncovered:
        stretches = ", ".join(_stretch(*ends) for ends in coverage.uncovered[:_BRANCHES])
        parts.append(f"No test reaches these lines of main.py: {stretches}.")
    if isinstance(coverage, CoverageReport) and coverage.uncovered_branches:
        branches = ", ".join(coverage.uncovered_branches[:_BRANCHES])
        parts.append(f"No test takes these branches: {branches}.")
    if parts:
        parts.append(
            "Add tests that pass on main.py as it is and fail on such changes. Leave every"
            " existing test as it is. Where a change makes no difference that the requirements"
            " speak of, leave it."
        )
    return _bounded(parts)


def _spread(survived: Sequence[Mutant]) -> list[Mutant]:
    """One for each line first, then a second one, and so on; in the order of the module."""
    rank: dict[int, int] = {}
    ranked = []
    for mutant in survived:
        rank[mutant.line] = rank.get(mutant.line, 0) + 1
        ranked.append((rank[mutant.line], mutant.line, mutant))
    ranked.sort(key=lambda one: one[:2])
    return sorted((mutant for *_, mutant in ranked[:_MUTANTS]), key=lambda mutant: mutant.line)


def _stretch(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _bounded(parts: Iterable[str]) -> str:
    """As many whole parts as there is room for, the last one always."""
    *body, last = [*parts, ""] if not parts else list(parts)
    room = _CHARACTERS - len(last)
    kept = []
    for part in body:
        room -= len(part) + 2
        if room < 0:
            break
        kept.append(part)
    return "\n\n".join([*kept, last])
