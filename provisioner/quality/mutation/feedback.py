"""What the test writer gets when a suite is to be strengthened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from provisioner.quality.mutation.coverage import CoverageReport, NotMeasured
from provisioner.quality.mutation.mutants import Mutant
from provisioner.quality.mutation.prove import MutationReport

_MUTANTS = 12
_BRANCHES = 20
_CHARACTERS = 8_000
_TASK = (
    "Add tests that pass on main.py as it is and fail on such changes. Leave every existing test as"
    " it is. Where a change makes no difference that the requirements speak of, leave it."
)


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
    if isinstance(coverage, CoverageReport):
        if coverage.uncovered:
            ends = coverage.uncovered[:_BRANCHES]
            text = ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in ends)
            parts.append(f"No test reaches these lines of main.py: {text}.")
        if coverage.uncovered_branches:
            branches = ", ".join(coverage.uncovered_branches[:_BRANCHES])
            parts.append(f"No test takes these branches: {branches}.")
    if not parts:
        return ""
    room = _CHARACTERS - len(_TASK)
    kept = []
    for part in parts:
        room -= len(part) + 2
        if room < 0:
            break
        kept.append(part)
    return "\n\n".join([*kept, _TASK])


def _spread(survived: Sequence[Mutant]) -> list[Mutant]:
    """One for each line first, then a second one, and so on; in the order of the module."""
    often: Counter[int] = Counter()
    ranked = []
    for mutant in survived:
        often[mutant.line] += 1
        ranked.append((often[mutant.line], mutant))
    ranked.sort(key=lambda one: (one[0], one[1].line))
    return sorted((mutant for _, mutant in ranked[:_MUTANTS]), key=lambda mutant: mutant.line)
