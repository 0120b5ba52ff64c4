"""Router: the providers of a run with their breakers, and the routing of requests.

The candidates of a request are tried in order, each (provider, model) at most once, under one
deadline. When all have failed and one may recover in time, it is probed as its breaker allows,
and not more often.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from assistant.calls.breaker import Breaker, Permit
from assistant.calls.failover import Failover
from assistant.calls.hedging import Latencies
from assistant.calls.records import Candidate, Reserve, RoutedReply
from assistant.config import AssistantSettings
from assistant.errors import ProviderError, ProviderRejected, ProviderUnavailable
from assistant.request import F, Provider, Request

_LONGEST_PAUSE = 5.0  # seconds between looks at a breaker; its own wait may be longer

_log = logging.getLogger(__name__)


@runtime_checkable
class Closeable(Protocol):
    """A provider that holds connections."""

    async def aclose(self) -> None: ...


class Router:
    """Providers with their breakers; routes a request to its candidates in order.

    Args:
        providers: their names are unique.
        settings: deadlines and the breakers' limits.
        clock: monotonic seconds.
        sleep: waits; a test's may move the clock.
    """

    def __init__(
        self,
        providers: Iterable[Provider],
        settings: AssistantSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.providers = {provider.name: provider for provider in providers}
        self.settings = settings
        self.clock = clock
        self._sleep = sleep
        self.breakers = {name: Breaker(settings.breaker, clock=clock) for name in self.providers}
        self.latencies = Latencies(settings.hedging)
        self._disabled: dict[str, ProviderError] = {}
        self._missing: dict[tuple[str, str], ProviderError] = {}

    def available_providers(self) -> tuple[str, ...]:
        """The providers that may be asked now, closed and half-open; asking changes nothing."""
        return tuple(
            name
            for name, breaker in self.breakers.items()
            if name not in self._disabled and breaker.state != "open"
        )

    def disable(self, provider: str, error: ProviderError) -> None:
        """Exclude a provider for the rest of the run; logged once, with the remedy.

        Where no other is left, the error of the request says it.
        """
        if provider in self._disabled:
            return
        self._disabled[provider] = error
        level = logging.WARNING if self.available_providers() else logging.INFO
        remedy = f"; {error.remedy}" if error.remedy else ""
        _log.log(level, "left out for this run: %s%s", error, remedy)

    def left_out(self) -> tuple[ProviderError, ...]:
        """Return the errors for which providers and models are excluded from this run."""
        return (*self._disabled.values(), *self._missing.values())

    def excluded(self, candidate: Candidate) -> str:
        """Return why a candidate is excluded from this run, "" where it is not."""
        error = self._disabled.get(candidate.provider) or self._missing.get(
            (candidate.provider, candidate.model)
        )
        return str(error) if error else ""

    async def aclose(self) -> None:
        """Close the providers' connections."""
        for provider in self.providers.values():
            if isinstance(provider, Closeable):
                await provider.aclose()

    async def route(
        self,
        request: Request[F],
        candidates: Sequence[Candidate],
        reserve: Reserve,
        *,
        max_tokens: int,
        deadline: float,
    ) -> RoutedReply:
        """Return the first reply, unvalidated.

        Args:
            deadline: on the router's clock.

        Raises:
            NoProviderAvailable: all failed or are disabled; the reasons say how.
            RequestRejected: no healthy provider takes this request.
            ReplyInvalid: what came back was larger than a reply may be.
            BudgetExceeded: the next call would pass a cap.
        """
        failover = Failover(self, request, reserve, max_tokens, deadline)
        pending = tuple(dict.fromkeys(candidates))
        pause = self.settings.first_pause_seconds
        gives_up = self.clock() + self.settings.patience_seconds
        while True:
            if (routed := await failover.try_in_order(pending)) is not None:
                return routed
            pending = tuple(one for one in failover.recoverable if not self.excluded(one))
            wait, known = self._wait(pending, failover, pause)
            limit = deadline if known else min(gives_up, deadline)
            if failover.rejected_twice or not pending or self.clock() + wait > limit:
                raise failover.error()
            _log.info("all providers failed; waiting %.1f s for one to recover", wait)
            await self._sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _wait(
        self, pending: Sequence[Candidate], failover: Failover, pause: float
    ) -> tuple[float, bool]:
        """Return the seconds until the first probe, and whether a provider announced them."""
        waits = []
        for one in pending:
            breaker = self.breakers[one.provider]
            # Half-open: another request's probe is under way.
            known = one.provider in failover.announced or breaker.state == "half_open"
            waits.append((max(breaker.opens_in, pause), known))
        return min(waits, default=(0.0, False))

    def permit(self, candidate: Candidate) -> Permit | str:
        """Return a permit to call, or why there is none."""
        if reason := self.excluded(candidate):
            return reason
        breaker = self.breakers[candidate.provider]
        permit = breaker.permit()
        if permit is None:
            return f"not asked for {breaker.opens_in:.0f} s after failures"
        return permit

    def record_failure(self, permit: Permit, candidate: Candidate, error: ProviderError) -> None:
        """Record a failure in the breaker, or exclude the provider or model."""
        if isinstance(error, ProviderUnavailable) and not error.mended:
            if error.kind == "rate_limited" or error.retry_after:
                permit.wait_requested(error.retry_after)
            else:
                permit.failed()
            return
        permit.succeeded()
        if isinstance(error, ProviderRejected):
            self.disable(candidate.provider, error)
        elif error.kind == "model_missing" and not error.mended:
            self._missing[candidate.provider, candidate.model] = error
