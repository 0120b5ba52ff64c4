"""The books of a run on a real ledger: recall, reserve, settle, refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant.config import AssistantSettings
from assistant.cost.budget import LedgerCallLog
from assistant.cost.pricing import CustomPrice, Prices, estimate_request
from assistant.errors import BudgetExceeded, RequestRejected
from assistant.request import Candidate, Message, Purpose, Request
from assistant.schemas import GenerateMainCode
from ledger.calls import Reply, TokenUsage
from ledger.database import Ledger, open_ledger

PRICE = CustomPrice(input=Decimal(1), output=Decimal(10))
PURPOSE = Purpose("run-1", "generate_main", 1)
SMALL = Candidate("vendor", "model", "small")
UNPRICED = Candidate("elsewhere", "unheard-of", "best")
REQUEST = Request(GenerateMainCode, (Message("user", "orders"),))
REPLY = Reply("generate_main_code", '{"code": ""}', "stop", TokenUsage(100, 50), "model-2026")

WORST_TOKENS = estimate_request(REQUEST) + 1000
WORST_USD = (estimate_request(REQUEST) + 10 * 1000) / 1e6
COST_USD = (100 + 10 * 50) / 1e6


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as opened:
        for run_id in ("run-1", "run-2"):
            opened.runs.create(
                run_id,
                feature=run_id,
                mode="CODE",
                requirements_sha="",
                graph_version=1,
            )
        yield opened


def call_log(ledger: Ledger, **settings: Any) -> LedgerCallLog:
    return LedgerCallLog(
        ledger,
        AssistantSettings.model_validate(settings),
        Prices({"vendor": {"model": PRICE}}),
    )


def reserve(kept: LedgerCallLog, candidate: Candidate = SMALL, digest: str = "d") -> Any:
    return kept.reserve(PURPOSE, digest, candidate, REQUEST, 1000)


def test_an_answer_is_recalled_as_it_was_given(ledger: Ledger) -> None:
    kept = call_log(ledger)
    assert kept.lookup(PURPOSE, "d") is None

    assert reserve(kept).complete(REPLY, 0.5) == pytest.approx(COST_USD)

    found = kept.lookup(PURPOSE, "d")
    assert found is not None
    assert (found.reply, found.candidate) == (REPLY, SMALL)
    assert found.usd == pytest.approx(COST_USD)
    assert kept.lookup(Purpose("run-2", "generate_main", 1), "d") is None


def test_answers_are_shared_across_runs_only_where_it_is_configured(ledger: Ledger) -> None:
    reserve(call_log(ledger)).complete(REPLY, 0.5)
    other = Purpose("run-2", "generate_main", 1)

    assert call_log(ledger).lookup(other, "d") is None
    shared = call_log(ledger, cache="shared").lookup(other, "d")

    assert shared is not None
    assert (shared.reply.arguments, shared.candidate) == (REPLY.arguments, SMALL)
    assert call_log(ledger).lookup(other, "d") is not None, "a replay of this run finds it too"
    assert ledger.usage.run("run-2").total.calls == 0


@pytest.mark.parametrize("scope", ["run", "day"])
def test_a_cap_in_dollars_is_never_passed(ledger: Ledger, scope: str) -> None:
    cap = round(2 * WORST_USD - 1e-6, 9)
    kept = call_log(ledger, budgets={scope: {"usd": cap}})
    call = reserve(kept)

    with pytest.raises(BudgetExceeded) as refused:
        reserve(kept)
    assert refused.value.limit == f"{scope} usd {cap:g}"
    assert refused.value.spent == pytest.approx(WORST_USD)
    assert refused.value.asked == pytest.approx(WORST_USD)

    call.complete(REPLY, 0.5)
    reserve(kept)


@pytest.mark.parametrize(
    "budgets",
    [
        {"run": {"calls": 1}},
        {"run": {"tokens": 2 * WORST_TOKENS - 1}},
        {"phases": {"generate_main": {"calls": 1}}},
        {"tiers": {"small": {"calls": 1}}},
    ],
)
def test_caps_of_calls_and_tokens_hold_in_their_scope(
    ledger: Ledger, budgets: dict[str, Any]
) -> None:
    kept = call_log(ledger, budgets=budgets)
    reserve(kept)

    with pytest.raises(BudgetExceeded):
        reserve(kept)


def test_caps_of_other_phases_and_tiers_do_not_hold(ledger: Ledger) -> None:
    kept = call_log(
        ledger,
        budgets={"phases": {"review": {"calls": 0}}, "tiers": {"best": {"calls": 0}}},
    )

    reserve(kept).complete(REPLY, 0.5)
    with pytest.raises(BudgetExceeded, match="tier calls 0"):
        reserve(kept, Candidate("vendor", "model", "best"))


def test_a_cap_as_it_is_written_is_the_cap(ledger: Ledger) -> None:
    price = {"vendor": {"model": CustomPrice(input=Decimal(0), output=Decimal(100))}}
    settings = AssistantSettings.model_validate({"budgets": {"run": {"usd": 0.3}}})
    kept = LedgerCallLog(ledger, settings, Prices(price))

    for number in range(3):
        reserve(kept, digest=str(number))
    with pytest.raises(BudgetExceeded):
        reserve(kept)


def test_a_tiny_cap_is_told_in_digits(ledger: Ledger) -> None:
    settings = AssistantSettings.model_validate({"budgets": {"run": {"usd": 0.000001}}})
    price = {"vendor": {"model": CustomPrice(input=Decimal(0), output=Decimal(100))}}
    with pytest.raises(BudgetExceeded, match=r"run usd 0\.000001 reached: 0 spent"):
        reserve(LedgerCallLog(ledger, settings, Prices(price)))


def test_a_failed_call_costs_its_reservation_only_where_it_may_be_billed(ledger: Ledger) -> None:
    kept = call_log(ledger)

    reserve(kept).fail("refused", 0.1, charged=False)
    assert ledger.usage.run("run-1").total.usd == 0
    reserve(kept).fail("timeout", 60.0, charged=True)
    assert ledger.usage.run("run-1").total.usd == pytest.approx(WORST_USD)


def test_an_unpriced_model_is_not_asked_under_a_cap_in_dollars(ledger: Ledger) -> None:
    kept = call_log(ledger, budgets={"day": {"usd": 5}})

    with pytest.raises(RequestRejected, match="price is unknown") as caught:
        reserve(kept, UNPRICED)
    assert "allow_unpriced" in caught.value.remedy

    assert ledger.usage.run("run-1").total.calls == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"budgets": {"day": {"usd": 5}}, "allow_unpriced": True},
        {"budgets": {"run": {"tokens": 100_000}}},
        {},
    ],
)
def test_an_unpriced_model_is_asked_where_that_is_allowed_and_its_price_stays_unknown(
    ledger: Ledger, settings: dict[str, Any]
) -> None:
    kept = call_log(ledger, **settings)

    assert reserve(kept, UNPRICED).complete(REPLY, 0.5) is None

    found = kept.lookup(PURPOSE, "d")
    assert found is not None
    assert found.usd is None
    total = ledger.usage.run("run-1").total
    assert (total.unpriced, total.usd, total.input_tokens) == (1, 0, 100)


def test_a_reply_that_does_not_say_what_it_took_costs_what_was_reserved(ledger: Ledger) -> None:
    kept = call_log(ledger, budgets={"run": {"usd": 2 * WORST_USD}})
    silent = replace(REPLY, usage=TokenUsage())

    assert reserve(kept).complete(silent, 0.5) == pytest.approx(WORST_USD)

    total = ledger.usage.run("run-1").total
    assert (total.usd, total.output_tokens) == (pytest.approx(WORST_USD), 1000)
    reserve(kept, digest="e").complete(silent, 0.5)
    with pytest.raises(BudgetExceeded):
        reserve(kept, digest="f")


def test_the_offline_model_takes_nothing(ledger: Ledger) -> None:
    kept = call_log(ledger)

    offline = reserve(kept, Candidate("offline", "offline", "best"))

    assert offline.complete(replace(REPLY, usage=TokenUsage()), 0.1) == 0
    assert ledger.usage.run("run-1").total.output_tokens == 0


async def test_two_hundred_parallel_tasks_spend_no_more_than_the_cap(ledger: Ledger) -> None:
    kept = call_log(ledger, budgets={"run": {"usd": 0.2}, "day": {"calls": 150}})

    async def ask(number: int) -> float:
        try:
            call = reserve(kept, digest=str(number))
        except BudgetExceeded:
            return 0.0
        await asyncio.sleep(0)
        full = Reply("f", "{}", "stop", TokenUsage(estimate_request(REQUEST), 1000), "model")
        return float(call.complete(full, 0.1))

    costs = await asyncio.gather(*map(ask, range(200)))

    assert 0 < sum(costs) <= 0.2
    assert sum(costs) + WORST_USD > 0.2
    assert ledger.usage.run("run-1").total.usd == pytest.approx(sum(costs))
