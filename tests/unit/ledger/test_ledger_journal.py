from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ledger.budget import Cap, Caps
from ledger.calls import Amount, Call, CallKey, TokenUsage
from ledger.database import Ledger, open_ledger
from ledger.errors import CapReached, LedgerError
from ledger.runs import Run

NewRun = Callable[..., Run]


def reserve(ledger: Ledger, key: CallKey, **given: Any) -> Call:
    options = {"provider": "openai", "model": "gpt-5-mini", "worst": Amount(2000, 5_000_000)}
    return ledger.journal.reserve(key, **{**options, **given})


def key(run: Run, digest: str = "d1", round: int = 1) -> CallKey:  # noqa: A002 - the field's name
    return CallKey(run.run_id, "generate_main", round, digest)


def test_a_completed_call_is_recalled_as_it_was_answered(
    ledger: Ledger, new_run: NewRun, answered: Any
) -> None:
    run = new_run(ledger)
    reply = answered('{"code": "naïve \\u0000 \ud800 \x00 \U0001f600"}')
    assert ledger.journal.lookup(key(run)) is None

    call = reserve(ledger, key(run), phase="generate_main", tier="best")
    ledger.journal.complete(call, reply, nano_usd=1_234, latency_seconds=1.5)

    found = ledger.journal.lookup(key(run))
    assert found is not None
    assert found.reply == reply
    assert (found.provider, found.tier, found.model) == ("openai", "best", "gpt-5-mini")
    assert found.nano_usd == 1_234


def test_another_round_step_digest_or_run_is_another_call(
    ledger: Ledger, new_run: NewRun, answered: Any
) -> None:
    run, other = new_run(ledger), new_run(ledger)
    ledger.journal.complete(reserve(ledger, key(run)), answered(), nano_usd=1, latency_seconds=0.1)

    assert ledger.journal.lookup(key(run))
    assert ledger.journal.lookup(key(run, round=2)) is None
    assert ledger.journal.lookup(key(run, "d2")) is None
    assert ledger.journal.lookup(key(other)) is None
    assert ledger.journal.lookup(CallKey(run.run_id, "generate_tests", 1, "d1")) is None


def test_a_round_s_replies_are_recalled_in_the_order_of_their_questions(
    ledger: Ledger, new_run: NewRun, answered: Any
) -> None:
    run = new_run(ledger)
    first, failed, second = (reserve(ledger, key(run, digest)) for digest in ("d2", "d3", "d1"))
    other = reserve(ledger, key(run, round=2))
    ledger.journal.complete(other, answered("other"), nano_usd=1, latency_seconds=0.1)
    ledger.journal.complete(second, answered("second"), nano_usd=1, latency_seconds=0.1)
    ledger.journal.fail(failed, "rate_limited")
    ledger.journal.complete(first, answered("first"), nano_usd=1, latency_seconds=0.1)

    found = ledger.journal.lookup_round(run.run_id, "generate_main", 1)
    assert [one.reply.arguments for one in found] == ["first", "second"]
    assert ledger.journal.lookup_round(run.run_id, "generate_main", 3) == []


def test_what_is_in_flight_or_failed_is_not_recalled(ledger: Ledger, new_run: NewRun) -> None:
    run = new_run(ledger)

    call = reserve(ledger, key(run))
    assert ledger.journal.lookup(key(run)) is None
    ledger.journal.fail(call, "timeout")
    assert ledger.journal.lookup(key(run)) is None


def test_a_call_ends_once(ledger: Ledger, new_run: NewRun, answered: Any) -> None:
    run = new_run(ledger)
    call = reserve(ledger, key(run))
    ledger.journal.complete(call, answered(), nano_usd=700, latency_seconds=0.1)

    with pytest.raises(LedgerError, match="has ended already"):
        ledger.journal.complete(call, answered(), nano_usd=700, latency_seconds=0.1)
    with pytest.raises(LedgerError, match="has ended already"):
        ledger.journal.fail(call, "timeout")

    assert ledger.usage.run(run.run_id).total.nano_usd == 700
    ledger.require_whole(run.run_id)


def test_an_unknown_run_can_have_no_call(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="no run nobody"):
        reserve(ledger, CallKey("nobody", "s", 1, "d"))


def test_a_call_beyond_a_cap_leaves_no_trace(ledger: Ledger, new_run: NewRun) -> None:
    run = new_run(ledger)

    with pytest.raises(CapReached) as refused:
        reserve(ledger, key(run), caps=Caps(run=Cap(nano_usd=4_999_999)))

    assert (refused.value.scope, refused.value.measure) == ("run", "nano_usd")
    assert (refused.value.limit, refused.value.spent, refused.value.asked) == (
        4_999_999,
        0,
        5_000_000,
    )
    assert reserve(ledger, key(run)).number == 2  # row 1 is the run's creation


@pytest.mark.parametrize(
    ("usage", "nano_usd", "charged"),
    [
        pytest.param(None, None, 5_000_000, id="nobody knows: in full"),
        pytest.param(TokenUsage(), None, 0, id="refused: nothing"),
        pytest.param(TokenUsage(10, 5), 77, 77, id="known"),
    ],
)
def test_a_failed_call_is_charged_by_what_is_known(
    ledger: Ledger, new_run: NewRun, usage: TokenUsage | None, nano_usd: int | None, charged: int
) -> None:
    run = new_run(ledger)

    ledger.journal.fail(reserve(ledger, key(run)), "timeout", usage=usage, nano_usd=nano_usd)

    total = ledger.usage.run(run.run_id).total
    assert (total.nano_usd, total.calls, total.failed, total.unpriced) == (charged, 1, 1, 0)


def test_a_reply_is_shared_across_runs_where_it_is_asked_for(
    ledger: Ledger, new_run: NewRun, answered: Any
) -> None:
    first, second = new_run(ledger), new_run(ledger)
    assert ledger.journal.lookup_shared("d1") is None
    ledger.journal.complete(
        reserve(ledger, key(first)), answered("{1}"), nano_usd=9, latency_seconds=0.1
    )

    found = ledger.journal.lookup_shared("d1")
    assert found is not None
    assert found.reply.arguments == "{1}"
    ledger.journal.adopt(key(second), found)

    adopted = ledger.journal.lookup(key(second))
    assert adopted is not None
    assert adopted.reply.arguments == "{1}"
    assert ledger.usage.run(second.run_id).total.calls == 0
    assert ledger.usage.run(first.run_id).total.nano_usd == 9
    ledger.require_whole(second.run_id)


def test_a_call_whose_process_died_is_ambiguous_charged_and_named_once(
    file_url: str, new_run: NewRun, answered: Any
) -> None:
    with open_ledger(file_url) as ledger:
        run = new_run(ledger)
        done = reserve(ledger, key(run, "done"))
        ledger.journal.complete(done, answered(), nano_usd=1_000, latency_seconds=0.1)
        child = (
            "import sys\n"
            "from ledger.calls import Amount, CallKey\n"
            "from ledger.database import open_ledger\n"
            "open_ledger(sys.argv[1]).journal.reserve(CallKey(sys.argv[2], 's', 1, 'cut'),"
            " provider='p', model='m', worst=Amount(2000, 5_000_000))\n"
            "import os; os._exit(9)"
        )
        subprocess.run([sys.executable, "-c", child, file_url, run.run_id], check=False)
        ours = reserve(ledger, key(run, "ours"))

        (ambiguous,) = ledger.journal.charge_unanswered(run.run_id)

        assert (ambiguous.run_id, ambiguous.step, ambiguous.digest) == (run.run_id, "s", "cut")
        assert (ambiguous.tokens, ambiguous.nano_usd) == (2000, 5_000_000)
        assert ledger.usage.run(run.run_id).total.nano_usd == 5_001_000
        assert ledger.journal.charge_unanswered(run.run_id) == []
        ledger.journal.complete(ours, answered(), nano_usd=1, latency_seconds=0.1)
        ledger.require_whole(run.run_id)
