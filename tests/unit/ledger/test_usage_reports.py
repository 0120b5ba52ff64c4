from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.calls import Amount, CallKey, TokenUsage
from ledger.database import Ledger, open_ledger
from ledger.runs import Run

NewRun = Callable[..., Run]


@pytest.fixture
def busy(ledger_url: str, new_run: NewRun, answered: Any) -> Iterator[tuple[Ledger, Run, Run]]:
    """Two runs of two days: five calls, of which one failed, one is unpriced and one is open."""
    moments = iter(datetime(2026, 11, 20, 22, tzinfo=UTC) + timedelta(minutes=n) for n in range(99))
    with open_ledger(ledger_url, clock=lambda: next(moments)) as ledger:
        first, second = new_run(ledger), new_run(ledger, "users")
        plan = [
            (first, "openai", "generate_tests", 3_000, 2.0),
            (first, "openai", "generate_main", 5_000, 4.0),
            (first, "gemini", "generate_main", None, 9.0),
        ]
        for number, (run, provider, step, cost, seconds) in enumerate(plan):
            key = CallKey(run.run_id, step, 1, str(number))
            call = ledger.journal.reserve(key, provider=provider, model="m", phase=step)
            ledger.journal.complete(
                call,
                answered(usage=TokenUsage(100, 20, 10, 5)),
                nano_usd=cost,
                latency_seconds=seconds,
            )
        moments = iter(datetime(2026, 11, 21, tzinfo=UTC) + timedelta(minutes=n) for n in range(99))
        key = CallKey(second.run_id, "generate_main", 1, "x")
        failed = ledger.journal.reserve(
            key, provider="openai", model="n", phase="generate_main", worst=Amount(50, 1_000)
        )
        ledger.journal.fail(failed, "rate_limited")
        ledger.journal.reserve(key, provider="openai", model="m", worst=Amount(50, 1_000))
        yield ledger, first, second


def test_sums_by_provider_run_day_phase_and_model(busy: tuple[Ledger, Run, Run]) -> None:
    ledger, first, second = busy

    def named(by: Any) -> dict[str, tuple[int, int, int, int]]:
        return {
            sums.name: (sums.calls, sums.failed, sums.nano_usd, sums.unpriced)
            for sums in ledger.usage.report(by)
        }

    assert named("provider") == {"openai": (3, 1, 9_000, 0), "gemini": (1, 0, 0, 1)}
    assert named("run") == {first.run_id: (3, 0, 8_000, 1), second.run_id: (1, 1, 1_000, 0)}
    assert named("day") == {"2026-11-20": (3, 0, 8_000, 1), "2026-11-21": (1, 1, 1_000, 0)}
    assert named("phase") == {
        "generate_main": (3, 1, 6_000, 1),
        "generate_tests": (1, 0, 3_000, 0),
    }
    assert named("step") == named("phase")
    assert named("model") == {"m": (3, 0, 8_000, 1), "n": (1, 1, 1_000, 0)}
    assert [sums.name for sums in ledger.usage.report("provider")] == ["openai", "gemini"]


def test_reports_can_be_narrowed(busy: tuple[Ledger, Run, Run]) -> None:
    ledger, first, _ = busy

    assert [sums.calls for sums in ledger.usage.report("provider", since="2026-11-21")] == [1]
    assert [sums.calls for sums in ledger.usage.report("provider", run_id=first.run_id)] == [2, 1]
    assert ledger.usage.report("day", since="2027") == []


def test_a_runs_usage_has_the_form_of_the_result(busy: tuple[Ledger, Run, Run]) -> None:
    ledger, first, _ = busy

    assert ledger.usage.run(first.run_id).as_json() == {
        "calls": 3,
        "failed": 0,
        "input_tokens": 300,
        "output_tokens": 60,
        "usd": 8e-06,
        "unpriced": 1,
        "by_provider": {
            "openai": {
                "calls": 2,
                "failed": 0,
                "input_tokens": 200,
                "output_tokens": 40,
                "usd": 8e-06,
                "unpriced": 0,
            },
            "gemini": {
                "calls": 1,
                "failed": 0,
                "input_tokens": 100,
                "output_tokens": 20,
                "usd": 0.0,
                "unpriced": 1,
            },
        },
    }
    assert ledger.usage.run("nobody").as_json()["calls"] == 0


def test_a_providers_history(busy: tuple[Ledger, Run, Run]) -> None:
    ledger, _, _ = busy

    gemini, history = ledger.usage.histories()

    assert history.outcomes == {"done": 2, "rate_limited": 1}
    assert (history.median_seconds, history.slowest_seconds) == (3.0, 4.0)
    assert history.last_failure == ("rate_limited", "2026-11-21T00:00:00.000000+00:00")
    (recent,) = ledger.usage.histories(since="2026-11-21")
    assert (recent.outcomes, recent.median_seconds) == ({"rate_limited": 1}, None)
    assert ledger.usage.histories(since="2027") == []
    assert str(history) == (
        "openai: 3 calls, failed 1 x rate_limited, usually 3.0 s,"
        " last failed at 2026-11-21T00:00:00Z"
    )
    assert gemini.last_failure is None
    assert "gemini: 1 call, failed 0" in str(gemini)
