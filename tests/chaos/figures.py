"""The figures of a whole chaos session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tests.chaos.schedule import Kind, Reference
from tests.chaos.trial import Trial

_PROMISES = {
    "completed calls repeated": ("calls were repeated", "asked again although"),
    "runs with more than one ambiguous call a kill": ("ambiguous calls after",),
    "commits lost or doubled": ("commits of the run",),
    "pushes lost or doubled": ("the remote has",),
    "trees that differ": ("the tree differs", "differs from its commit"),
    "processes left": ("process left",),
    "locks left": ("lock held",),
    "temporary files left": ("temporary file left",),
}
"""What is promised, and what a check says of one that is broken."""


def table(trials: Sequence[Trial], references: Mapping[Kind, Reference], seconds: float) -> str:
    """Counts of what was done, of what was hit and of what was wrong."""
    wrong = [line for trial in trials for line in trial.wrong]
    broken = {
        promise: sum(any(word in line for word in words) for line in wrong)
        for promise, words in _PROMISES.items()
    }
    named = [word for words in _PROMISES.values() for word in words]
    others = [line for line in wrong if not any(word in line for word in named)]
    kinds = Counter(line.partition(":")[0] for line in others)
    points = {point for one in references.values() for point in one.points}
    hit = {death for trial in trials for death in trial.deaths} & points
    rows = [
        ("runs", len(trials)),
        ("  of which services", sum(trial.plan.mode == "SERVICE" for trial in trials)),
        ("  proven by mutants and a review", sum(trial.plan.proven for trial in trials)),
        ("  replayed without a model", sum(trial.plan.replayed for trial in trials)),
        ("kills planned", sum(len(trial.plan.kills) for trial in trials)),
        ("  landed", sum(trial.landed for trial in trials)),
        ("kinds of points there are", len(points)),
        ("  hit", len(hit)),
        ("model calls that were sent", sum(trial.paid.requests for trial in trials)),
        ("  ambiguous: died with the command, charged", sum(t.paid.ambiguous for t in trials)),
        ("  asked for again for that reason", sum(trial.paid.repeats for trial in trials)),
        ("runs with a violation", sum(bool(trial.wrong) for trial in trials)),
        *((f"  {promise}", count) for promise, count in broken.items()),
        *((f"  {kind}"[:64], count) for kind, count in kinds.most_common()),
        ("seconds a run", round(sum(trial.seconds for trial in trials) / max(len(trials), 1), 1)),
        ("seconds in all", round(seconds)),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n" + "\n".join(f"{name:{width}}  {count}" for name, count in rows)
