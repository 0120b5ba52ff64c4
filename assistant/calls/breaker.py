"""Circuit breaker: whether a provider is asked now.

    closed ──rates exceeded, or asked to wait─▶ open ──the wait is over──▶ half-open
       ▲                                         ▲                            │
       └────────────── all probes good ──────────┼──── any rate exceeded ─────┘

Nothing is awaited and nothing locked while a call is under way: a caller takes a permit, calls,
and reports the outcome. A permit belongs to the generation it was taken in; each change of state
begins another, so that a late result moves nothing. Meant for one event loop.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.config import BreakerSettings

State = Literal["closed", "open", "half_open"]


@dataclass(eq=False, slots=True)
class Permit:
    """Permission for one call, whose outcome is reported once."""

    _breaker: Breaker | None
    _generation: int
    _started: float

    def succeeded(self) -> None:
        """The provider answered, well or not: it is healthy."""
        if breaker := self._spend():
            breaker._record(failed=False, started=self._started)

    def failed(self) -> None:
        """The provider did not answer usefully."""
        if breaker := self._spend():
            breaker._record(failed=True, started=self._started)

    def wait_requested(self, seconds: float | None) -> None:
        """The provider asked us to wait, for ``seconds`` where it said so."""
        if breaker := self._spend():
            breaker._open(seconds or 0.0)

    def returned(self) -> None:
        """The call was cancelled or never sent; its outcome is unknown."""
        if breaker := self._spend():
            breaker._under_way -= 1

    def _spend(self) -> Breaker | None:
        breaker, self._breaker = self._breaker, None
        return breaker if breaker and breaker._generation == self._generation else None


class Breaker:
    """One provider's breaker; ``clock`` gives monotonic seconds, ``chance`` [0, 1) for jitter."""

    def __init__(
        self,
        settings: BreakerSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._generation = 0
        self._openings = 0
        self._until = 0.0
        self._enter("closed")

    @property
    def state(self) -> State:
        """The state now; asking changes nothing."""
        if self._state == "open" and self._clock() >= self._until:
            return "half_open"
        return self._state

    @property
    def opens_in(self) -> float:
        """Seconds until a call may go through again; 0 unless open."""
        return max(0.0, self._until - self._clock()) if self._state == "open" else 0.0

    def probe_first(self) -> None:
        """Let the very first call be a probe: nothing is known of this provider yet."""
        if self._state == "closed" and not self._results:
            self._enter("half_open")

    def permit(self) -> Permit | None:
        """Return a permit for one call, None where none is to be made now."""
        now = self._clock()
        if self._state == "open":
            if now < self._until:
                return None
            self._enter("half_open")
        probed = self._under_way + len(self._results)
        if self._state == "half_open" and probed >= self._settings.probes:
            return None
        self._under_way += 1
        return Permit(self, self._generation, now)

    def _record(self, *, failed: bool, started: float) -> None:
        settings, results = self._settings, self._results
        self._under_way -= 1
        results.append((failed, self._clock() - started >= settings.slow_seconds))
        probing = self._state == "half_open"
        if len(results) < (settings.probes if probing else settings.minimum_calls):
            return
        failures = sum(one for one, _ in results) / len(results)
        slow = sum(one for _, one in results) / len(results)
        if failures >= settings.failure_rate or slow >= settings.slow_rate:
            self._open(0.0)
        elif probing:
            self._openings = 0
            self._enter("closed")

    def _open(self, floor: float) -> None:
        settings = self._settings
        wait = min(settings.wait_seconds * 2.0**self._openings, settings.max_wait_seconds)
        wait *= 1 + settings.jitter * (2 * self._chance() - 1)
        self._openings = min(self._openings + 1, 64)  # 2.0**64 waits are above any cap
        self._until = self._clock() + max(min(wait, settings.max_wait_seconds), floor)
        self._enter("open")

    def _enter(self, state: State) -> None:
        self._state: State = state
        self._generation += 1
        # (failed, slow) of the latest calls; while half-open, of the probes.
        window = self._settings.probes if state == "half_open" else self._settings.window
        self._results: deque[tuple[bool, bool]] = deque(maxlen=window)
        self._under_way = 0
