"""The figures of a whole chaos session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tests.chaos.schedule import Kind, Reference
from tests.chaos.trial import Trial


def table(trials: Sequence[Trial], references: Mapping[Kind, Reference], seconds: float) -> str:
    """Counts of what was done, of what was hit and of what was wrong."""
    kinds = Counter(line.partition(":")[0] for trial in trials for line in trial.wrong)
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
        *((f"  {kind}"[:64], count) for kind, count in kinds.most_common()),
        ("seconds a run", round(sum(trial.seconds for trial in trials) / max(len(trials), 1), 1)),
        ("seconds in all", round(seconds)),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n" + "\n".join(f"{name:{width}}  {count}" for name, count in rows)
