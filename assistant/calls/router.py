"""Router: the providers of a run with their breakers, and the way of a request along them.

The candidates of a request are tried in order, each (provider, model) at most once, under one
deadline. When all have failed and one may recover in time, it is probed as its breaker allows,
and not more often.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.calls.breaker import Breaker, Permit
from assistant.calls.hedging import patience, race
from assistant.config import AssistantSettings
from assistant.cost.budget import ReservedCall
from assistant.cost.pricing import OFFLINE
from assistant.errors import (
    AssistantError,
    NoProviderAvailable,
    NotUnderstood,
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
    ReplyInvalid,
    RequestRejected,
)
from assistant.request import Candidate, Provider, Request, RoutedReply

Reserve = Callable[[Candidate], ReservedCall]
"""Reserves and records a call before it is sent. Raises BudgetExceeded."""

_LONGEST_PAUSE = 5.0  # seconds between looks at a breaker; its own wait may be longer

# A provider that fails in one of these ways may have done the work before it failed.
_MAYBE_BILLED = ("timeout", "garbage", "too_large", "connection", "cut_off", "cancelled")

_log = logging.getLogger(__name__)


class Router:
    """Providers, of unique names, with their breakers; ``clock`` gives monotonic seconds."""

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
        self.sleep = sleep
        self.breakers = {name: Breaker(settings.breaker, clock=clock) for name in self.providers}
        # Seconds of the latest answers; older ones say little about now.
        self.latencies: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=100))
        self._left_out: dict[tuple[str, str], ProviderError] = {}  # by provider and model or ""

    def available_providers(self) -> tuple[str, ...]:
        """The providers that may be asked now, closed and half-open; asking changes nothing."""
        return tuple(
            name
            for name, breaker in self.breakers.items()
            if (name, "") not in self._left_out and breaker.state != "open"
        )

    def disable(self, provider: str, error: ProviderError, model: str = "") -> None:
        """Exclude a provider, or one model of it, for the rest of the run; the former is logged."""
        if (provider, "") in self._left_out:
            return
        self._left_out[provider, model] = error
        if model:
            return
        # Where no other is left, the error of the request says it.
        level = logging.WARNING if self.available_providers() else logging.INFO
        remedy = f"; {error.remedy}" if error.remedy else ""
        _log.log(level, "left out for this run: %s%s", error, remedy)

    def left_out(self) -> tuple[ProviderError, ...]:
        """Return the errors for which providers and models are excluded from this run."""
        return tuple(self._left_out.values())

    def excluded(self, candidate: Candidate) -> str:
        """Return why a candidate is excluded from this run, "" where it is not."""
        provider, model = candidate.provider, candidate.model
        error = self._left_out.get((provider, "")) or self._left_out.get((provider, model))
        return str(error or "")

    async def aclose(self) -> None:
        """Close the connections of the providers that hold some."""
        for provider in self.providers.values():
            if close := getattr(provider, "aclose", None):
                await close()

    async def route(
        self,
        request: Request[Any],
        candidates: Sequence[Candidate],
        reserve: Reserve,
        *,
        max_tokens: int,
        deadline: float,
    ) -> RoutedReply:
        """Return the first reply, unvalidated; the deadline is on the router's clock.

        Raises:
            NoProviderAvailable: all failed or are disabled; the reasons say how.
            RequestRejected, ReplyInvalid: no healthy provider takes this request, or answers it
                with a reply that is not too large.
            BudgetExceeded: the next call would pass a cap.
        """
        return await _Failover(self, request, reserve, max_tokens, deadline).route(candidates)


@dataclass(eq=False)
class _Failover:
    """One request on its way: which candidate is asked next, and why the others failed."""

    router: Router
    request: Request[Any]
    reserve: Reserve
    max_tokens: int
    deadline: float
    reasons: dict[str, str] = field(default_factory=dict)
    remedies: dict[str, str] = field(default_factory=dict)
    rejected: RequestRejected | ReplyInvalid | None = None
    refusals: int = 0  # filtered or too large; after two a third would be the same
    announced: set[str] = field(default_factory=set)  # providers that said how long to wait
    # Of the latest round: who may answer later, and the providers that are down.
    recoverable: list[Candidate] = field(default_factory=list)
    down: set[str] = field(default_factory=set)

    async def route(self, candidates: Sequence[Candidate]) -> RoutedReply:
        router = self.router
        pending = tuple(dict.fromkeys(candidates))
        pause = router.settings.first_pause_seconds
        gives_up = router.clock() + router.settings.patience_seconds
        while True:
            if (routed := await self._try_in_order(pending)) is not None:
                return routed
            pending = tuple(one for one in self.recoverable if not router.excluded(one))
            wait, known = min((self._wait(one, pause) for one in pending), default=(0.0, False))
            limit = self.deadline if known else min(gives_up, self.deadline)
            if self.refusals > 1 or not pending or router.clock() + wait > limit:
                raise self._error()
            _log.info("all providers failed; waiting %.1f s for one to recover", wait)
            await router.sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _wait(self, candidate: Candidate, pause: float) -> tuple[float, bool]:
        """Return the seconds until a probe, and whether somebody announced them."""
        breaker = self.router.breakers[candidate.provider]
        # Half-open: another request's probe is under way.
        known = candidate.provider in self.announced or breaker.state == "half_open"
        return max(breaker.opens_in, pause), known

    async def _try_in_order(self, candidates: Sequence[Candidate]) -> RoutedReply | None:
        """Ask one candidate after the other; with hedging a second one beside a slow first."""
        self.recoverable, self.down = [], set()
        hedging, latencies = self.router.settings.hedging, self.router.latencies
        if hedging.enabled:
            # The offline model answers at once and would win every race.
            online = [one for one in candidates if one.provider != OFFLINE]
            routed = await race(
                self._try, online, lambda one: patience(latencies[one.provider], hedging)
            )
            if routed is not None:
                return routed
            candidates = [one for one in candidates if one.provider == OFFLINE]
        for candidate in candidates:
            if (routed := await self._try(candidate)) is not None:
                return routed
        return None

    async def _try(self, candidate: Candidate) -> RoutedReply | None:
        """Return the candidate's reply, None where the next one is to be asked."""
        router = self.router
        if self.refusals > 1 or router.clock() >= self.deadline:
            return None
        # A provider that is down with one model is down with the next.
        if candidate.provider in self.down or router.excluded(candidate):
            return None
        breaker = router.breakers[candidate.provider]
        permit = breaker.permit()
        if permit is None:
            reason = f"not asked for {breaker.opens_in:.0f} s after failures"
            self.reasons[str(candidate)] = reason
            self.recoverable.append(candidate)
            return None
        try:
            return await self._ask(candidate, permit)
        except ProviderError as error:
            self._note(candidate, permit, error)
            if not error.mended:
                return None
        return await self._try(candidate)  # each request is a call of its own

    async def _ask(self, candidate: Candidate, permit: Permit) -> RoutedReply:
        """Ask one candidate; the permit is spent on success and given back on cancellation."""
        router = self.router
        started = router.clock()
        try:
            call = self.reserve(candidate)
        except BaseException:
            permit.returned()
            raise
        try:
            reply = await router.providers[candidate.provider].complete(
                self.request,
                model=candidate.model,
                max_tokens=self.max_tokens,
                timeout=min(router.settings.call_timeout_seconds, self.deadline - started),
            )
            if reply.finish == "unknown":
                said = f"{candidate.provider}: the reply ended without saying why"
                raise ProviderUnavailable(
                    said, provider=candidate.provider, model=candidate.model, kind="cut_off"
                )
        except BaseException as error:
            kind = "not_understood" if isinstance(error, NotUnderstood) else "cancelled"
            if isinstance(error, ProviderError):
                kind = error.kind
            else:
                permit.returned()
            call.fail(kind, router.clock() - started, charged=kind in _MAYBE_BILLED)
            raise
        permit.succeeded()
        seconds = router.clock() - started
        router.latencies[candidate.provider].append(seconds)
        return RoutedReply(reply, candidate, call.complete(reply, seconds))

    def _note(self, candidate: Candidate, permit: Permit, error: ProviderError) -> None:
        """Record a failure: in the breaker, or as a reason to leave the provider or model out."""
        if not isinstance(error, ProviderUnavailable) or error.mended:
            permit.succeeded()
        elif error.kind == "rate_limited" or error.retry_after:
            permit.wait_requested(error.retry_after)
        else:
            permit.failed()
        if isinstance(error, ProviderRejected):
            self.router.disable(candidate.provider, error)
        if error.mended:
            return
        # The reason is shown with the candidate's name.
        said = str(error).removeprefix(f"{candidate}: ").removeprefix(f"{candidate.provider}: ")
        _log.info("%s did not answer: %s", candidate, said)
        if error.kind == "model_missing":
            self.router.disable(candidate.provider, error, candidate.model)
        if not self.router.excluded(candidate):
            self.reasons[str(candidate)] = said
            self.remedies[candidate.provider] = error.remedy
        if error.kind == "too_large":
            self.rejected = ReplyInvalid(
                str(error), provider=error.provider, model=error.model, reason="too_large"
            )
            self.refusals += 1
        elif isinstance(error, ProviderUnavailable):
            self.recoverable.append(candidate)
            self.down.add(candidate.provider)
            if error.retry_after is not None:
                self.announced.add(candidate.provider)
        elif isinstance(error, RequestRejected) and error.kind != "model_missing":
            self.rejected = error
            self.refusals += error.kind == "filtered"

    def _error(self) -> AssistantError:
        """Return the error for a request that no candidate answered."""
        if self.rejected is not None:
            return self.rejected
        router, left_out = self.router, self.router.left_out()
        reasons = (*map(str, left_out), *(f"{who}: {why}" for who, why in self.reasons.items()))
        given = (*(one.remedy for one in left_out), *self.remedies.values())
        remedies = dict.fromkeys(filter(None, given))
        if not reasons and router.clock() >= self.deadline:
            reasons = (f"{router.settings.deadline_seconds:g} s are over",)
        said = f": {'; '.join(reasons)}" if reasons else ""
        return NoProviderAvailable(f"no provider answered{said}", reasons, tuple(remedies))
