"""Many runs, a few at a time; each worker is a process that adopts what its commands leave."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.chaos.bill import Bill
from tests.chaos.schedule import Kind, Plan, Reference, draw, kind_of
from tests.chaos.script import answers
from tests.chaos.trial import Trial, adopt_orphans, carry_out, refer


def references(root: Path, numbers: Sequence[int]) -> dict[Kind, Reference]:
    """An uninterrupted run of each kind that is among these runs."""
    adopt_orphans()
    kinds = dict.fromkeys(map(kind_of, numbers))
    with Bill(answers) as bill:
        return {
            kind: refer(
                root / f"reference-{kind[0]}-{'proven' if kind[1] else 'plain'}", kind, bill
            )
            for kind in kinds
        }


def trials(
    root: Path,
    numbers: Sequence[int],
    known: Mapping[Kind, Reference],
    *,
    kills: int,
    seed: int,
    jobs: int,
) -> Iterator[Trial]:
    """What came of each run, in the order of the numbers."""
    plans = [draw(seed, number, kills, known[kind_of(number)]) for number in numbers]
    # A worker that is spawned knows nothing of this process's threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=adopt_orphans) as pool:
        given = [
            (plan, root / f"run-{plan.number}", known[plan.mode, plan.proven]) for plan in plans
        ]
        yield from pool.map(_one, given)


def _one(given: tuple[Plan, Path, Reference]) -> Trial:
    plan, root, reference = given
    with Bill(answers) as bill:
        return carry_out(plan, root, reference, bill)
