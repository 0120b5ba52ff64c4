"""kill -9 at random instants: what a process saw recorded is recorded, and nothing twice."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable

import pytest

from ledger.calls import CallKey
from ledger.database import open_ledger
from ledger.effects import EffectKey
from ledger.runs import Run

NewRun = Callable[..., Run]

# Says each thing after it was recorded, as a node would act after it.
CHILD = """
import os, sys
from ledger.budget import Cap, Caps
from ledger.calls import Amount, CallKey, TokenUsage
from ledger.database import open_ledger
from ledger.effects import EffectKey

class Reply:
    function, finish, model, usage = "f", "stop", "m", TokenUsage(50, 50)
    def __init__(self, arguments): self.arguments = arguments

url, run_id, start = sys.argv[1], sys.argv[2], int(sys.argv[3])
say = lambda *words: os.write(1, (" ".join(map(str, words)) + "\\n").encode())
with open_ledger(url) as ledger:
    ledger.journal.charge_unanswered(run_id)
    for number in range(start, start + 10_000):
        key = CallKey(run_id, "s", number, "d")
        call = ledger.journal.reserve(
            key, provider="p", model="m", worst=Amount(200, 2_000),
            caps=Caps(run=Cap(nano_usd=10**9)),
        )
        say("intended", number)
        ledger.journal.complete(
            call, Reply("x" * (number * 37 % 9_000)), nano_usd=1_000, latency_seconds=0.1
        )
        say("completed", number)
        effect = EffectKey(run_id, "commit", str(number))
        ledger.effects.begin(effect, "commit", {"n": number})
        say("begun", number)
        ledger.effects.finish(effect, {"n": number})
        say("finished", number)
"""


def run_until_killed(url: str, run_id: str, start: int, lines: int, bytes_more: int) -> list[str]:
    """What the child said before it was killed, soon after its n-th line."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, url, run_id, str(start)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        said = [child.stdout.readline() for _ in range(lines)]
        child.stdout.read(bytes_more)  # lets it run on to some point within the next record
        child.kill()
        rest = child.stdout.read()
    return [line.decode().strip() for line in said] + rest.decode().split("\n")[1:-1]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_that_was_recorded_is_lost_by_a_kill(
    file_url: str, new_run: NewRun, seed: int
) -> None:
    chance = random.Random(seed)
    with open_ledger(file_url) as ledger:
        run = new_run(ledger)
    start = 1
    said: list[str] = []
    for _ in range(2):
        said += run_until_killed(
            file_url, run.run_id, start, chance.randint(1, 60), chance.randint(0, 15)
        )
        start = 5_000

    with open_ledger(file_url) as ledger:
        ambiguous = ledger.journal.charge_unanswered(run.run_id)

        heard: dict[str, set[int]] = {}
        for line in said:
            word, _, count = line.partition(" ")
            heard.setdefault(word, set()).add(int(count))
        completed = {
            number
            for number in [*range(1, 200), *range(5_000, 5_200)]
            if ledger.journal.lookup(CallKey(run.run_id, "s", number, "d"))
        }
        assert heard.get("completed", set()) <= completed
        assert len(ambiguous) <= 1
        for word, made in (("begun", False), ("finished", True)):
            for number in heard.get(word, set()):
                effect = ledger.effects.find(EffectKey(run.run_id, "commit", str(number)))
                assert effect is not None
                assert effect.result == {"n": number} or not made

        # Two kills leave two calls without an answer at most, and those are charged in full.
        (group,) = ledger.usage.report("run")
        assert len(heard["intended"]) <= group.calls
        assert group.calls - len(completed) == group.failed <= 2
        assert group.nano_usd == 1_000 * len(completed) + 2_000 * group.failed
        ledger.require_whole(run.run_id)
