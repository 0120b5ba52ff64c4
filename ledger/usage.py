"""Costs of calls and histories of providers: sums of records, never texts."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from ledger.connection import Records, Row
from ledger.text.counted import counted

NANO = 1_000_000_000

Grouping = Literal["run", "day", "provider", "model", "phase", "step"]

# A reply that was taken from another run is no call: nothing was sent.
_CALLS = " FROM ledger_usage WHERE outcome <> 'cached' AND begun_at >= :since"
_SUMS = (
    "SELECT {group}, COUNT(*), SUM(CASE WHEN outcome = 'done' THEN 0 ELSE 1 END),"
    " SUM(input_tokens), SUM(output_tokens), SUM(cached_tokens), SUM(cache_write_tokens),"
    f" SUM(charged_nano_usd), SUM(1 - priced){_CALLS} AND (:run_id = '' OR run_id = :run_id)"
    " GROUP BY {group} ORDER BY SUM(charged_nano_usd) DESC, {group}"
)
_MODELS = (
    "SELECT provider, answered_by FROM ledger_usage WHERE outcome = 'done'"
    " AND run_id = :run_id GROUP BY provider, answered_by"
    " ORDER BY COUNT(*) DESC, provider, answered_by"
)
_HISTORY = f"SELECT provider, outcome, begun_at, latency_us{_CALLS} ORDER BY provider, begun_at"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the calls of a run, a day, a provider, …

    Attributes:
        calls: requests that were sent, the failed ones among them.
        nano_usd: what was paid; for calls with an unknown outcome, what was reserved.
        unpriced: calls whose price is unknown, which ``nano_usd`` lacks.
    """

    name: str = ""
    calls: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    nano_usd: int = 0
    unpriced: int = 0

    @property
    def usd(self) -> float:
        return self.nano_usd / NANO

    def as_json(self) -> dict[str, Any]:
        """The sums as the command line's result holds them."""
        names = ("calls", "failed", "input_tokens", "output_tokens", "usd", "unpriced")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class RunUsage:
    """The sums of one run, in all and by provider.

    ``models`` that answered are pairs of provider and its name for the model, the most frequent
    first.
    """

    total: Sums
    by_provider: Sequence[Sums]
    models: Sequence[Row]

    def as_json(self) -> dict[str, Any]:
        """The ``usage`` object of the command line's result."""
        by_provider = {sums.name: sums.as_json() for sums in self.by_provider}
        return {**self.total.as_json(), "by_provider": by_provider}


@dataclass(frozen=True, slots=True)
class ProviderHistory:
    """Calls of a provider by outcome, seconds of those that were answered, the newest failure."""

    provider: str
    outcomes: Mapping[str, int]
    median_seconds: float | None
    slowest_seconds: float | None
    last_failure: tuple[str, str] | None

    @classmethod
    def of(cls, provider: str, calls: Sequence[Row]) -> ProviderHistory:
        outcomes = Counter(outcome for _, outcome, _, _ in calls)
        seconds = [latency / 1e6 for _, outcome, _, latency in calls if outcome == "done"]
        failures = [(outcome, at) for _, outcome, at, _ in calls if outcome != "done"]
        median = statistics.median(seconds) if seconds else None
        newest = failures[-1] if failures else None
        return cls(provider, dict(outcomes), median, max(seconds, default=None), newest)

    def __str__(self) -> str:
        calls = counted(sum(self.outcomes.values()), "call")
        failed = [f"{count} x {name}" for name, count in self.outcomes.items() if name != "done"]
        line = f"{self.provider}: {calls}, failed {', '.join(failed) or 0}"
        if self.median_seconds is not None:
            line += f", usually {self.median_seconds:.1f} s"
        if self.last_failure:
            line += f", last failed at {self.last_failure[1][:19]}Z"
        return line


class Usage(Records):
    """Reports over the calls that were recorded. Times are UTC in ISO 8601, or its beginning."""

    def report(self, by: Grouping, *, since: str = "", run_id: str = "") -> list[Sums]:
        """Return sums by group, the dearest first, of all calls, of a run's or from a time on."""
        query = _SUMS.format(group={"run": "run_id", "day": "SUBSTR(begun_at, 1, 10)"}.get(by, by))
        found = self._database.rows(query, {"since": since, "run_id": run_id})
        # PostgreSQL sums whole numbers to decimals.
        return [Sums(name, *map(int, sums)) for name, *sums in found]

    def run(self, run_id: str) -> RunUsage:
        """Return the sums of a run."""
        total = self.report("run", run_id=run_id) or [Sums(run_id)]
        models = self._database.rows(_MODELS, {"run_id": run_id})
        return RunUsage(total[0], self.report("provider", run_id=run_id), models)

    def histories(self, *, since: str = "") -> list[ProviderHistory]:
        """Return the history of each provider from a time on."""
        calls = self._database.rows(_HISTORY, {"since": since})
        return [ProviderHistory.of(name, list(its)) for name, its in groupby(calls, itemgetter(0))]
