"""One question, sent to the first provider that answers it.

The list of candidates is walked once, each (provider, model) at most once, under one deadline.
What a failure means decides what follows: the next candidate, a provider or a model disabled for
the run, or the request given back. When all have failed and one may recover in time, it is
probed as its breaker allows, and not more often.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from assistant.breaker import Breaker, Permit, State
from assistant.config import AssistantSettings, Tier
from assistant.errors import (
    NoProviderAvailable,
    NotUnderstood,
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
    RequestRejected,
)
from assistant.hedging import Latencies, race
from assistant.pricing import OFFLINE
from assistant.request import F, Provider, Reply, Request


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model of one provider, and the tier it stands for."""

    provider: str
    model: str
    tier: Tier = "standard"


class Call(Protocol):
    """A call that is written down before it is sent, and again when it ended."""

    def complete(self, reply: Reply, seconds: float) -> float | None:
        """It was answered; returns what it cost in dollars, None where unpriced."""
        ...

    def fail(self, outcome: str, seconds: float, *, charged: bool) -> None:
        """It was not; ``charged`` where the provider may have worked and will bill it."""
        ...


@runtime_checkable
class Closeable(Protocol):
    """A provider that holds connections."""

    async def aclose(self) -> None: ...


Intend = Callable[[Candidate], Call]
"""Reserves and writes down a call before it is sent. Raises BudgetExceeded."""


@dataclass(frozen=True, slots=True)
class Routed:
    """A reply and where it came from."""

    reply: Reply
    candidate: Candidate
    usd: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provider stands, for a person and for the diagnosis."""

    name: str
    state: State | Literal["disabled"]
    reason: str
    opens_in: float


_LONGEST_PAUSE = 5.0  # seconds between looks at a breaker; its own wait may be longer

# A provider that fails in one of these ways may have done the work before it failed.
_MAYBE_BILLED = ("timeout", "garbage", "too_large", "connection", "cut_off", "cancelled")


class Router:
    """Providers with their breakers, and the walk over a list of candidates.

    Args:
        providers: by preference; their names are unique.
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
        self._providers = {provider.name: provider for provider in providers}
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self.breakers = {name: Breaker(settings.breaker, clock=clock) for name in self._providers}
        self.latencies = Latencies(settings.hedging)
        self._disabled: dict[str, str] = {}
        self._missing: dict[tuple[str, str], str] = {}

    def available_providers(self) -> tuple[str, ...]:
        """The providers that may be asked now, closed and half-open; asking changes nothing."""
        return tuple(
            name
            for name, breaker in self.breakers.items()
            if name not in self._disabled and breaker.state != "open"
        )

    def standings(self) -> tuple[Standing, ...]:
        """How each provider stands."""
        return tuple(
            Standing(name, "disabled", self._disabled[name], 0.0)
            if name in self._disabled
            else Standing(name, breaker.state, "", breaker.opens_in)
            for name, breaker in self.breakers.items()
        )

    async def aclose(self) -> None:
        """Close the providers' connections."""
        for provider in self._providers.values():
            if isinstance(provider, Closeable):
                await provider.aclose()

    def disable(self, provider: str, reason: str) -> None:
        """Leave a provider out for the rest of the run."""
        self._disabled.setdefault(provider, reason)

    def excluded(self, candidate: Candidate) -> str:
        """Why a candidate cannot be asked in this run, or "" where it can."""
        return self._disabled.get(candidate.provider, "") or self._missing.get(
            (candidate.provider, candidate.model), ""
        )

    async def route(
        self,
        request: Request[F],
        candidates: Sequence[Candidate],
        intend: Intend,
        *,
        max_tokens: int,
        deadline: float,
    ) -> Routed:
        """The first reply, whatever it says.

        Args:
            deadline: on the router's clock.

        Raises:
            NoProviderAvailable: everybody failed or is disabled; the reasons say how.
            RequestRejected: nobody who is well takes this request.
            BudgetExceeded: the next call would pass a cap.
        """
        walk = _Walk(self, request, intend, max_tokens, deadline)
        pending = tuple(dict.fromkeys(candidates))
        pause = self._settings.first_pause_seconds
        gives_up = self._clock() + self._settings.patience_seconds
        while True:
            routed = await walk.along(pending)
            if routed is not None:
                return routed
            if walk.given_back:
                raise walk.verdict()
            pending = tuple(one for one in walk.recoverable if not self.excluded(one))
            wait, known = self._wait(pending, walk, pause)
            limit = deadline if known else min(gives_up, deadline)
            if not pending or self._clock() + wait > limit:
                raise walk.verdict()
            await self._sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _wait(self, pending: Sequence[Candidate], walk: _Walk, pause: float) -> tuple[float, bool]:
        """Seconds until the first of these may be probed, and whether it said so itself."""
        waits = []
        for one in pending:
            breaker = self.breakers[one.provider]
            # Half-open, somebody else's probe is under way and will tell.
            known = one.provider in walk.told or breaker.state == "half_open"
            waits.append((max(breaker.opens_in, pause), known))
        return min(waits, default=(0.0, False))

    def permit(self, candidate: Candidate) -> Permit | str:
        """Leave to call, or why not."""
        if reason := self.excluded(candidate):
            return reason
        breaker = self.breakers[candidate.provider]
        permit = breaker.permit()
        if permit is None:
            return f"left alone for {breaker.opens_in:.0f} s after failures"
        return permit

    def learn(self, permit: Permit, candidate: Candidate, error: ProviderError) -> None:
        """Let the breaker and the run know what a failure means."""
        if isinstance(error, ProviderUnavailable):
            if error.kind == "rate_limited":
                permit.told_to_wait(error.retry_after)
            else:
                permit.failed()
            return
        permit.succeeded()
        if isinstance(error, ProviderRejected):
            self.disable(candidate.provider, str(error))
        elif error.kind == "model_missing":
            self._missing[candidate.provider, candidate.model] = str(error)


class _Walk:
    """One request's way along its candidates, and what was learnt on it."""

    def __init__(
        self,
        router: Router,
        request: Request[F],
        intend: Intend,
        max_tokens: int,
        deadline: float,
    ) -> None:
        self._router = router
        self._request = request
        self._intend = intend
        self._max_tokens = max_tokens
        self._deadline = deadline
        self._reasons: dict[str, str] = {}
        self._rejected: RequestRejected | None = None
        self._filtered = 0
        self._failed: set[str] = set()
        self.recoverable: list[Candidate] = []
        self.told: set[str] = set()

    @property
    def given_back(self) -> bool:
        """Two content filters agreed: asking a third would be shopping around."""
        return self._filtered > 1

    async def along(self, candidates: Sequence[Candidate]) -> Routed | None:
        """Ask one after the other; with hedging a second one beside a slow first."""
        self.recoverable = []
        self._failed = set()
        if self._router._settings.hedging.enabled:
            # The offline model answers at once and would win every race.
            online = [one for one in candidates if one.provider != OFFLINE]
            if (routed := await race(self._try, online, self._patience)) is not None:
                return routed
            candidates = [one for one in candidates if one.provider == OFFLINE]
        for candidate in candidates:
            if (routed := await self._try(candidate)) is not None:
                return routed
        return None

    def _patience(self, candidate: Candidate) -> float | None:
        return self._router.latencies.patience(candidate.provider)

    async def _try(self, candidate: Candidate) -> Routed | None:
        """The candidate's reply, None where it is to be another's turn."""
        if self.given_back or self._router._clock() >= self._deadline:
            return None
        if candidate.provider in self._failed:
            return None  # who is down with one model is down with the next
        permit = self._router.permit(candidate)
        if isinstance(permit, str):
            self._reasons[f"{candidate.provider} {candidate.model}"] = permit
            self.recoverable.append(candidate)
            return None
        try:
            return await self._ask(candidate, permit)
        except ProviderError as error:
            self._router.learn(permit, candidate, error)
            self._note(candidate, error)
            return None

    async def _ask(self, candidate: Candidate, permit: Permit) -> Routed:
        """Ask one candidate; the permit is spent on success and given back on cancellation."""
        router = self._router
        started = router._clock()
        try:
            call = self._intend(candidate)
        except BaseException:
            permit.returned()
            raise
        outcome = "cancelled"
        try:
            reply = await router._providers[candidate.provider].complete(
                self._request,
                model=candidate.model,
                max_tokens=self._max_tokens,
                timeout=min(router._settings.call_timeout_seconds, self._deadline - started),
            )
            if reply.finish == "unknown":
                outcome = "cut_off"
                raise ProviderUnavailable(
                    f"{candidate.provider}: the reply ended without saying why",
                    provider=candidate.provider,
                    model=candidate.model,
                    kind="cut_off",
                )
        except BaseException as error:
            if isinstance(error, ProviderError):
                outcome = error.kind
            else:
                permit.returned()
            if isinstance(error, NotUnderstood):
                outcome = "not_understood"
            seconds = router._clock() - started
            call.fail(outcome, seconds, charged=outcome in _MAYBE_BILLED)
            raise
        permit.succeeded()
        seconds = router._clock() - started
        router.latencies.note(candidate.provider, seconds)
        return Routed(reply, candidate, call.complete(reply, seconds))

    def _note(self, candidate: Candidate, error: ProviderError) -> None:
        self._reasons[f"{candidate.provider} {candidate.model}"] = str(error)
        if isinstance(error, ProviderUnavailable):
            self.recoverable.append(candidate)
            self._failed.add(candidate.provider)
            if error.retry_after is not None:
                self.told.add(candidate.provider)
        elif isinstance(error, RequestRejected) and error.kind != "model_missing":
            self._rejected = error
            self._filtered += error.kind == "filtered"

    def verdict(self) -> RequestRejected | NoProviderAvailable:
        if self._rejected is not None:
            return self._rejected
        reasons = tuple(f"{who}: {why}" for who, why in self._reasons.items())
        return NoProviderAvailable(
            "no provider answered" + (": " + "; ".join(reasons) if reasons else ""), reasons
        )
