"""What is spent and reserved never passes a cap: in sequence, in threads, in processes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ledger.budget import Cap, Caps
from ledger.calls import Amount, Call, CallKey, TokenUsage
from ledger.chain import calls_in_flight
from ledger.database import Ledger, open_ledger
from ledger.errors import CapReached
from ledger.runs import Run

NewRun = Callable[..., Run]

WORST = Amount(100, 1_000)


def reserve(ledger: Ledger, run_id: str, caps: Caps, **given: Any) -> Call:
    options = {"provider": "p", "model": "m", "worst": WORST, "phase": "code", "tier": "best"}
    return ledger.journal.reserve(CallKey(run_id, "s", 1, "d"), caps=caps, **{**options, **given})


def held(ledger: Ledger, run_id: str) -> tuple[int, int, int]:
    """Calls of a run, and the tokens and nano-USD that they have spent or reserved."""
    with ledger.database.read() as tx:
        (sums,) = tx.rows(
            "SELECT COUNT(*), COALESCE(SUM(charged_tokens), 0), COALESCE(SUM(charged_nano_usd), 0)"
            " FROM ledger_usage WHERE run_id = :run_id",
            {"run_id": run_id},
        )
        flying = [(1, call.tokens, call.nano_usd) for call in calls_in_flight(tx, run_id)]
    calls, tokens, nano_usd = map(sum, zip(map(int, sums), *flying, strict=True))
    return calls, tokens, nano_usd


SCOPES = ["run", "phase", "tier", "day"]


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("cap", "measure"),
    [
        (Cap(calls=3), "calls"),
        (Cap(tokens=399), "tokens"),
        (Cap(nano_usd=3_999), "nano_usd"),
    ],
)
def test_each_scope_holds_each_cap(
    ledger: Ledger, new_run: NewRun, scope: str, cap: Cap, measure: str
) -> None:
    run = new_run(ledger)
    caps = Caps(**{scope: cap})
    for _ in range(3):
        reserve(ledger, run.run_id, caps)

    with pytest.raises(CapReached) as refused:
        reserve(ledger, run.run_id, caps)

    assert (refused.value.scope, refused.value.measure) == (scope, measure)
    assert refused.value.spent + refused.value.asked > refused.value.limit


def test_a_settled_call_gives_back_what_it_did_not_use(
    ledger: Ledger, new_run: NewRun, answered: Any
) -> None:
    run = new_run(ledger)
    caps = Caps(run=Cap(tokens=150, nano_usd=1_500))
    first = reserve(ledger, run.run_id, caps)
    with pytest.raises(CapReached):
        reserve(ledger, run.run_id, caps)

    reply = answered(usage=TokenUsage(40, 10))
    ledger.journal.complete(first, reply, nano_usd=500, latency_seconds=0.1)

    assert held(ledger, run.run_id) == (1, 50, 500)
    reserve(ledger, run.run_id, caps)
    assert held(ledger, run.run_id) == (2, 150, 1_500)


def test_a_refused_call_reserves_nowhere(ledger: Ledger, new_run: NewRun) -> None:
    run = new_run(ledger)
    caps = Caps(tier=Cap(calls=1), day=Cap(calls=2))
    reserve(ledger, run.run_id, caps)

    with pytest.raises(CapReached):
        reserve(ledger, run.run_id, caps)

    assert held(ledger, run.run_id) == (1, 100, 1_000)
    reserve(ledger, new_run(ledger).run_id, caps)  # the day has room for it


def test_a_days_cap_holds_over_all_runs_and_ends_with_the_day(
    ledger_url: str, new_run: NewRun
) -> None:
    now = [datetime(2026, 11, 21, 23, 59, tzinfo=UTC)]
    caps = Caps(day=Cap(calls=2))
    with open_ledger(ledger_url, clock=lambda: now[0]) as ledger:
        first, second = new_run(ledger), new_run(ledger)
        reserve(ledger, first.run_id, caps)
        reserve(ledger, second.run_id, caps)
        with pytest.raises(CapReached):
            reserve(ledger, second.run_id, caps)

        now[0] = datetime(2026, 11, 22, tzinfo=UTC)
        reserve(ledger, second.run_id, caps)


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_capped_late_counts_what_it_cost_before(
    ledger: Ledger, new_run: NewRun, answered: Any, scope: str
) -> None:
    run = new_run(ledger)
    ledger.journal.complete(
        reserve(ledger, run.run_id, Caps()),
        answered(usage=TokenUsage(60, 30)),
        nano_usd=800,
        latency_seconds=0.1,
    )

    with pytest.raises(CapReached) as refused:
        reserve(ledger, run.run_id, Caps(**{scope: Cap(nano_usd=1_700)}))

    assert refused.value.spent == 800


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_capped_again_when_a_run_goes_on_counts_all_calls(
    ledger: Ledger, new_run: NewRun, answered: Any, scope: str
) -> None:
    run = new_run(ledger)

    def call(caps: Caps) -> None:
        ledger.journal.complete(
            reserve(ledger, run.run_id, caps), answered(), nano_usd=900, latency_seconds=0.1
        )

    call(Caps(**{scope: Cap(calls=9)}))
    call(Caps())  # the cap was taken out of the configuration for a while
    ledger.journal.charge_unanswered(run.run_id)

    with pytest.raises(CapReached) as refused:
        reserve(ledger, run.run_id, Caps(**{scope: Cap(calls=2)}))
    assert refused.value.spent == 2


def test_sums_that_were_damaged_are_counted_anew_when_a_run_goes_on(
    ledger: Ledger, new_run: NewRun
) -> None:
    run = new_run(ledger)
    caps = Caps(run=Cap(calls=2), day=Cap(calls=2))
    reserve(ledger, run.run_id, caps)
    reserve(ledger, run.run_id, caps)
    with ledger.database.write() as tx:
        assert tx.run("UPDATE ledger_spent SET calls = 0") == 2

    ledger.check_writable()
    with pytest.raises(CapReached, match="day calls: 2 of 2"):
        reserve(ledger, run.run_id, caps)

    ledger.journal.charge_unanswered(run.run_id)
    with pytest.raises(CapReached, match="run calls: 2 of 2"):
        reserve(ledger, run.run_id, Caps(run=Cap(calls=2)))


def test_what_other_runs_have_in_flight_counts_for_the_day_unless_it_is_damaged(
    ledger: Ledger, new_run: NewRun
) -> None:
    first, second = new_run(ledger), new_run(ledger)
    caps = Caps(day=Cap(calls=1))
    reserve(ledger, first.run_id, caps)

    ledger.check_writable()
    with pytest.raises(CapReached, match="day calls: 1 of 1"):
        reserve(ledger, second.run_id, caps)

    with ledger.database.write() as tx:
        assert tx.run("UPDATE ledger_journal SET body = '{' WHERE kind = 'intent'")
    ledger.check_writable()
    reserve(ledger, second.run_id, caps)


def test_two_hundred_parallel_calls_stay_within_every_cap(
    ledger: Ledger, new_run: NewRun, answered: Any
) -> None:
    run = new_run(ledger)
    caps = Caps(
        run=Cap(nano_usd=50_000), phase=Cap(calls=61), tier=Cap(tokens=5_500), day=Cap(calls=70)
    )

    def call(number: int) -> int:
        try:
            made = reserve(ledger, run.run_id, caps)
        except CapReached:
            return 0
        reply = answered(usage=TokenUsage(90, 10) if number % 2 else TokenUsage(50, 0))
        cost = 1_000 if number % 2 else 400
        ledger.journal.complete(made, reply, nano_usd=cost, latency_seconds=0.1)
        return cost

    with ThreadPoolExecutor(50) as pool:
        costs = list(pool.map(call, range(200)))

    calls, tokens, nano_usd = held(ledger, run.run_id)
    assert nano_usd == sum(costs) == ledger.usage.run(run.run_id).total.nano_usd
    assert sum(costs) <= 50_000
    assert tokens <= 5_500
    assert calls == sum(cost > 0 for cost in costs) <= 61
    assert calls == ledger.usage.run(run.run_id).total.calls, "none is open"
    assert any(costs)
    assert not all(costs)
    ledger.require_whole(run.run_id)


CHILD = """
import json, sys
from ledger.budget import Cap, Caps
from ledger.calls import Amount, CallKey
from ledger.database import open_ledger
from ledger.errors import CapReached

url, run_id, name = sys.argv[1:]
caps = Caps(run=Cap(nano_usd=60_000), day=Cap(calls=1_000))
made = 0
with open_ledger(url) as ledger:
    print("ready", flush=True)
    input()
    for number in range(50):
        if number % 4 == 0:
            ledger.check_writable()  # as a run that begins: the day's sum is counted anew
        try:
            call = ledger.journal.reserve(
                CallKey(run_id, name, number, "d"), provider="p", model="m",
                worst=Amount(100, 1_000), caps=caps,
            )
        except CapReached:
            continue
        made += 1
        if number % 3 == 0:
            ledger.journal.fail(call, "timeout")
print(made)
"""


def test_four_processes_with_two_hundred_calls_stay_within_the_cap(
    ledger_url: str, new_run: NewRun
) -> None:
    with open_ledger(ledger_url) as ledger:
        run = new_run(ledger)
        children = [
            subprocess.Popen(
                [sys.executable, "-c", CHILD, ledger_url, run.run_id, f"child {number}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(4)
        ]
        for child in children:
            assert child.stdout
            assert child.stdout.readline() == "ready\n"
        outputs = [child.communicate("go\n")[0] for child in children]

        calls, _, nano_usd = held(ledger, run.run_id)
        assert sum(map(json.loads, outputs)) == calls == 60
        assert nano_usd == 60_000
        ledger.require_whole(run.run_id)


class Books(RuleBasedStateMachine):
    """Calls of two runs, two phases and two tiers on two days, against plain sums."""

    @initialize(
        run_cap=st.integers(0, 400), day_cap=st.integers(0, 600), phase_cap=st.integers(0, 300)
    )
    def open(self, run_cap: int, day_cap: int, phase_cap: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.today = datetime(2026, 11, 21, tzinfo=UTC)
        url = f"sqlite:///{Path(self.folder.name)}/ledger.db"
        self.ledger = open_ledger(url, clock=lambda: self.today)
        for run_id in ("a", "b"):
            self.ledger.runs.create(
                run_id, feature=run_id, mode="CODE", requirements_sha="",
                graph_version=1,
            )  # fmt: skip
        self.caps = Caps(
            run=Cap(nano_usd=run_cap),
            day=Cap(nano_usd=day_cap),
            phase=Cap(nano_usd=phase_cap, calls=6),
        )
        self.flying: list[Call] = []
        self.settled: list[tuple[Call, int]] = []

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()
            self.folder.cleanup()

    def charged(self, **scope: str) -> list[int]:
        """What each call of a scope has spent or reserved, counted by hand."""
        calls = [*((call, call.nano_usd) for call in self.flying), *self.settled]
        return [
            cost
            for call, cost in calls
            if all(getattr(call, name).startswith(value) for name, value in scope.items())
        ]

    @rule(run_id=st.sampled_from("ab"), phase=st.sampled_from("xy"), worst=st.integers(0, 150))
    def reserve(self, run_id: str, phase: str, worst: int) -> None:
        of_phase = self.charged(run_id=run_id, phase=phase)
        scopes = [
            (self.caps.day, self.charged(at=self.today.date().isoformat())),
            (self.caps.run, self.charged(run_id=run_id)),
            (self.caps.phase, of_phase),
        ]
        fits = len(of_phase) < 6 and all(
            sum(costs) + worst <= (cap.nano_usd or 0) for cap, costs in scopes
        )
        try:
            call = reserve(self.ledger, run_id, self.caps, phase=phase, worst=Amount(worst, worst))
        except CapReached:
            assert not fits
        else:
            assert fits
            self.flying.append(call)

    @rule(place=st.integers(0, 99), share=st.floats(0, 1), timed_out=st.booleans())
    def end(self, place: int, share: float, timed_out: bool) -> None:
        if not self.flying:
            return
        call = self.flying.pop(place % len(self.flying))
        cost = call.nano_usd if timed_out else int(call.nano_usd * share)
        usage = None if timed_out else TokenUsage(cost, 0)
        self.ledger.journal.fail(call, "failed", usage=usage, nano_usd=cost)
        self.settled.append((call, cost))

    @rule()
    def sleep(self) -> None:
        self.today = datetime(2026, 11, 22 if self.today.day == 21 else 21, tzinfo=UTC)

    @invariant()
    def the_books_agree_and_no_cap_is_passed(self) -> None:
        if not hasattr(self, "ledger"):
            return
        for run_id in ("a", "b"):
            costs = self.charged(run_id=run_id)
            assert held(self.ledger, run_id)[::2] == (len(costs), sum(costs))
            assert sum(costs) <= (self.caps.run.nano_usd or 0)
            for phase in ("x", "y"):
                costs = self.charged(run_id=run_id, phase=phase)
                assert sum(costs) <= (self.caps.phase.nano_usd or 0)
        for day in ("2026-11-21", "2026-11-22"):
            assert sum(self.charged(at=day)) <= (self.caps.day.nano_usd or 0)


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
