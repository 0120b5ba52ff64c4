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
from collections.abc import Callable
from typing import Literal

from assistant.config import BreakerSettings

State = Literal["closed", "open", "half_open"]

_GOOD, _FAILED, _SLOW, _FAILED_AND_SLOW = 0, 1, 2, 3


class Permit:
    """Permission for one call, whose outcome is reported once."""

    __slots__ = ("_breaker", "_generation", "_started")

    def __init__(self, breaker: Breaker, generation: int, started: float) -> None:
        self._breaker: Breaker | None = breaker
        self._generation = generation
        self._started = started

    def succeeded(self) -> None:
        """The provider answered, well or not: it is healthy."""
        if breaker := self._spend():
            breaker._record(_GOOD, self._started)

    def failed(self) -> None:
        """The provider did not answer usefully."""
        if breaker := self._spend():
            breaker._record(_FAILED, self._started)

    def wait_requested(self, seconds: float | None) -> None:
        """The provider asked us to wait, for ``seconds`` where it said so."""
        if breaker := self._spend():
            breaker._open(seconds or 0.0)

    def returned(self) -> None:
        """The call was cancelled or never sent; its outcome is unknown."""
        if breaker := self._spend():
            breaker._give_back()

    def _spend(self) -> Breaker | None:
        breaker, self._breaker = self._breaker, None
        if breaker is None or breaker._generation != self._generation:
            return None
        return breaker


class Breaker:
    """One provider's breaker.

    Args:
        settings: the limits; see :class:`assistant.config.BreakerSettings`.
        clock: monotonic seconds.
        chance: a number in [0, 1), for the jitter.
    """

    __slots__ = (
        "_chance",
        "_clock",
        "_count",
        "_failed",
        "_generation",
        "_next",
        "_openings",
        "_out",
        "_results",
        "_settings",
        "_slow",
        "_state",
        "_until",
    )

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
        self._state: State = "closed"
        self._results = bytearray(settings.window)
        self._next = self._count = self._failed = self._slow = self._out = 0

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
        if self._state == "closed" and not self._count:
            self._enter("half_open", self._settings.probes)

    def permit(self) -> Permit | None:
        """Return a permit for one call, None where none is to be made now."""
        now = self._clock()
        if self._state != "closed":
            if self._state == "open":
                if now < self._until:
                    return None
                self._enter("half_open", self._settings.probes)
            if self._out + self._count >= self._settings.probes:
                return None
            self._out += 1
        return Permit(self, self._generation, now)

    def _record(self, result: int, started: float) -> None:
        settings = self._settings
        if self._clock() - started >= settings.slow_seconds:
            result |= _SLOW
        if self._state == "half_open":
            self._out -= 1
        self._push(result)
        needed = settings.probes if self._state == "half_open" else settings.minimum_calls
        if self._count < needed:
            return
        if (
            self._failed >= settings.failure_rate * self._count
            or self._slow >= settings.slow_rate * self._count
        ):
            self._open(0.0)
        elif self._state == "half_open":
            self._openings = 0
            self._enter("closed", settings.window)

    def _push(self, result: int) -> None:
        results = self._results
        if self._count == len(results):
            oldest = results[self._next]
            self._failed -= oldest & 1
            self._slow -= oldest >> 1
        else:
            self._count += 1
        results[self._next] = result
        self._next = (self._next + 1) % len(results)
        self._failed += result & 1
        self._slow += result >> 1

    def _open(self, floor: float) -> None:
        settings = self._settings
        wait = min(settings.wait_seconds * 2.0**self._openings, settings.max_wait_seconds)
        wait *= 1 + settings.jitter * (2 * self._chance() - 1)
        self._openings = min(self._openings + 1, 64)  # 2.0**64 waits are above any cap
        self._until = self._clock() + max(min(wait, settings.max_wait_seconds), floor)
        self._enter("open", settings.window)

    def _give_back(self) -> None:
        if self._state == "half_open":
            self._out -= 1

    def _enter(self, state: State, window: int) -> None:
        self._state = state
        self._generation += 1
        self._results = bytearray(window)
        self._next = self._count = self._failed = self._slow = self._out = 0
