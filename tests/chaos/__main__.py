"""`python -m tests.chaos`: runs of the installed command that are killed again and again.

Each run is taken up after every kill and must end as if nothing had happened. Exit code 1 where
one of them did not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.campaign import references, trials
from tests.chaos.figures import table
from tests.chaos.trial import Trial


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, metavar="N")
    parser.add_argument("--kills", type=int, default=3, metavar="K", help="of each run")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--only", type=int, default=0, metavar="NUMBER", help="one run of them")
    parser.add_argument("--jobs", type=int, default=2, metavar="J", help="runs at a time")
    parser.add_argument(
        "--warm", action="store_true", help="fork the command from imported packages: quicker"
    )
    parser.add_argument("--keep", default=None, metavar="DIR", help="where to leave what is wrong")
    options = parser.parse_args(arguments)
    if options.warm:
        os.environ["CHAOS_WARM"] = "1"  # for the workers, too
    began = time.monotonic()
    root = Path(options.keep or tempfile.mkdtemp(prefix="chaos-")).absolute()
    root.mkdir(exist_ok=True)
    numbers = [options.only] if options.only else list(range(1, options.runs + 1))
    known = references(root, numbers)
    done: list[Trial] = []
    for trial in trials(
        root, numbers, known, kills=options.kills, seed=options.seed, jobs=options.jobs
    ):
        done.append(trial)
        sys.stdout.write(f"{_line(trial)}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{table(done, known, time.monotonic() - began)}\n")
    if not any(trial.wrong for trial in done) and not options.keep:
        shutil.rmtree(root)
    return int(any(trial.wrong for trial in done))


def _line(trial: Trial) -> str:
    words = "; ".join(trial.deaths) or "not killed"
    verdict = "".join(f"\n      {line}" for line in trial.wrong) or "  as if nothing had happened"
    return f"{trial.plan.number:4} {trial.plan.mode:7} {trial.seconds:5.1f} s  {words}{verdict}"


if __name__ == "__main__":
    sys.exit(main())
