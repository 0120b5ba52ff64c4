"""Failover of one request: which candidate is asked next, and why the others failed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from assistant.calls.breaker import Permit
from assistant.calls.hedging import Latencies, race
from assistant.calls.records import Candidate, Reserve, RoutedReply
from assistant.config import AssistantSettings
from assistant.cost.pricing import OFFLINE
from assistant.errors import (
    AssistantError,
    NoProviderAvailable,
    NotUnderstood,
    ProviderError,
    ProviderUnavailable,
    ReplyInvalid,
    RequestRejected,
)
from assistant.request import Provider, Request

_log = logging.getLogger(__name__)

# A provider that fails in one of these ways may have done the work before it failed.
_MAYBE_BILLED = ("timeout", "garbage", "too_large", "connection", "cut_off", "cancelled")


class RouterView(Protocol):
    """The part of the router that failover uses."""

    @property
    def providers(self) -> Mapping[str, Provider]: ...
    @property
    def settings(self) -> AssistantSettings: ...
    @property
    def clock(self) -> Callable[[], float]: ...
    @property
    def latencies(self) -> Latencies: ...
    def left_out(self) -> Sequence[ProviderError]: ...
    def excluded(self, candidate: Candidate) -> str: ...
    def permit(self, candidate: Candidate) -> Permit | str: ...
    def record_failure(
        self, permit: Permit, candidate: Candidate, error: ProviderError
    ) -> None: ...


class Failover:
    """One request, tried on candidates in order.

    Attributes:
        recoverable: candidates of the latest round that may answer later.
        announced: providers that said how long to wait.
    """

    def __init__(
        self,
        router: RouterView,
        request: Request[Any],
        reserve: Reserve,
        max_tokens: int,
        deadline: float,
    ) -> None:
        self._router = router
        self._request = request
        self._reserve = reserve
        self._max_tokens = max_tokens
        self._deadline = deadline
        self._reasons: dict[str, str] = {}
        self._failed: set[str] = set()
        self._rejected: RequestRejected | ReplyInvalid | None = None
        self._refusals = 0
        self.recoverable: list[Candidate] = []
        self.announced: set[str] = set()

    @property
    def rejected_twice(self) -> bool:
        """Whether two models filtered it or exceeded the reply limit; a third would do the same."""
        return self._refusals > 1

    async def try_in_order(self, candidates: Sequence[Candidate]) -> RoutedReply | None:
        """Ask one candidate after the other; with hedging a second one beside a slow first."""
        self.recoverable = []
        self._failed = set()
        if self._router.settings.hedging.enabled:
            # The offline model answers at once and would win every race.
            online = [one for one in candidates if one.provider != OFFLINE]
            if (routed := await race(self._try, online, self._patience)) is not None:
                return routed
            candidates = [one for one in candidates if one.provider == OFFLINE]
        for candidate in candidates:
            if (routed := await self._try(candidate)) is not None:
                return routed
        return None

    def error(self) -> AssistantError:
        """Return the error for a request that no candidate answered."""
        if self._rejected is not None:
            return self._rejected
        left_out = self._router.left_out()
        reasons = (*map(str, left_out), *(f"{who}: {why}" for who, why in self._reasons.items()))
        remedies = dict.fromkeys(one.remedy for one in left_out if one.remedy)
        if not reasons and self._router.clock() >= self._deadline:
            reasons = (f"{self._router.settings.deadline_seconds:g} s are over",)
        said = "; ".join(reasons)
        return NoProviderAvailable(
            f"no provider answered{f': {said}' if said else ''}", reasons, tuple(remedies)
        )

    def _patience(self, candidate: Candidate) -> float | None:
        return self._router.latencies.patience(candidate.provider)

    async def _try(self, candidate: Candidate) -> RoutedReply | None:
        """Return the candidate's reply, None where the next one is to be asked."""
        if self.rejected_twice or self._router.clock() >= self._deadline:
            return None
        if candidate.provider in self._failed:
            return None  # a provider that is down with one model is down with the next
        permit = self._router.permit(candidate)
        if isinstance(permit, str):
            if not self._router.excluded(candidate):
                self._reasons[str(candidate)] = permit
                self.recoverable.append(candidate)
            return None
        try:
            return await self._ask(candidate, permit)
        except ProviderError as error:
            self._router.record_failure(permit, candidate, error)
            if not error.mended:
                self._note(candidate, error)
                return None
        return await self._try(candidate)  # each request is a call of its own

    async def _ask(self, candidate: Candidate, permit: Permit) -> RoutedReply:
        """Ask one candidate; the permit is spent on success and given back on cancellation."""
        router = self._router
        started = router.clock()
        try:
            call = self._reserve(candidate)
        except BaseException:
            permit.returned()
            raise
        try:
            reply = await router.providers[candidate.provider].complete(
                self._request,
                model=candidate.model,
                max_tokens=self._max_tokens,
                timeout=min(router.settings.call_timeout_seconds, self._deadline - started),
            )
            if reply.finish == "unknown":
                raise _cut_off(candidate)
        except BaseException as error:
            if not isinstance(error, ProviderError):
                permit.returned()
            outcome = _outcome(error)
            call.fail(outcome, router.clock() - started, charged=outcome in _MAYBE_BILLED)
            raise
        permit.succeeded()
        seconds = router.clock() - started
        router.latencies.note(candidate.provider, seconds)
        return RoutedReply(reply, candidate, call.complete(reply, seconds))

    def _note(self, candidate: Candidate, error: ProviderError) -> None:
        said = _without_name(str(error), candidate)
        if not self._router.excluded(candidate):
            self._reasons[str(candidate)] = said
        _log.info("%s did not answer: %s", candidate, said)
        if error.kind == "too_large":
            self._rejected = ReplyInvalid(
                str(error), provider=error.provider, model=error.model, reason="too_large"
            )
            self._refusals += 1
        elif isinstance(error, ProviderUnavailable):
            self.recoverable.append(candidate)
            self._failed.add(candidate.provider)
            if error.retry_after is not None:
                self.announced.add(candidate.provider)
        elif isinstance(error, RequestRejected) and error.kind != "model_missing":
            self._rejected = error
            self._refusals += error.kind == "filtered"


def _without_name(said: str, candidate: Candidate) -> str:
    """Strip the candidate's name, with which the reason is shown."""
    return said.removeprefix(f"{candidate}: ").removeprefix(f"{candidate.provider}: ")


def _cut_off(candidate: Candidate) -> ProviderUnavailable:
    return ProviderUnavailable(
        f"{candidate.provider}: the reply ended without saying why",
        provider=candidate.provider,
        model=candidate.model,
        kind="cut_off",
    )


def _outcome(error: BaseException) -> str:
    if isinstance(error, ProviderError):
        return error.kind
    return "not_understood" if isinstance(error, NotUnderstood) else "cancelled"
