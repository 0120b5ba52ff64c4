"""Model client: takes a request and returns a validated answer, paid for once.

An answer that was given before is read from the call log. Otherwise the router asks a provider,
and the reply is validated: a truncated one is asked again with a higher limit, an invalid one is
sent back with its faults, a refused one goes to another model, once.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Generic

from assistant.calls.call_log import CallLog
from assistant.calls.records import Candidate, RoutedReply
from assistant.calls.replies import Unusable, Valid, read, repair
from assistant.calls.router import Router
from assistant.calls.selection import ModelSelector
from assistant.config import AssistantSettings
from assistant.errors import ReplyInvalid
from assistant.request import Answer, F, Purpose, Request

_log = logging.getLogger(__name__)


class ModelClient:
    """An :class:`assistant.request.AIAssistant`.

    Args:
        router: of the providers.
        selector: chooses the models for a request.
        call_log: earlier calls, and the budget.
        settings: limits.
        answers: names the model that answers, in one line for a person.
        clock: monotonic seconds, the router's.
        start: run once before the first request.
    """

    def __init__(
        self,
        router: Router,
        selector: ModelSelector,
        call_log: CallLog,
        settings: AssistantSettings,
        *,
        answers: str = "",
        clock: Callable[[], float] = time.monotonic,
        start: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.router = router
        self.answers = answers
        self._start = start
        self._starting: asyncio.Task[None] | None = None
        self._selector = selector
        self._call_log = call_log
        self._settings = settings
        self._clock = clock

    async def start(self) -> None:
        """Check once whether the providers answer, before the first request at the latest."""
        if self._start is None:
            return
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._start())
        await asyncio.shield(self._starting)

    async def aclose(self) -> None:
        """Close the connections, on the loop that made them."""
        await self.router.aclose()

    async def ask(self, request: Request[F], purpose: Purpose) -> Answer[F]:
        """See :meth:`assistant.request.AIAssistant.ask`."""
        return await Conversation(self, request, purpose).answer()


class Conversation(Generic[F]):
    """The exchange about one request until it is answered, with its limits."""

    def __init__(self, client: ModelClient, request: Request[F], purpose: Purpose) -> None:
        self._client = client
        self._request = request
        self._purpose = purpose
        self._limit = client._settings.max_tokens
        self._deadline = client._clock() + client._settings.deadline_seconds
        self._calls = 0
        self._repairs = 0
        self._refusers: set[Candidate] = set()
        self._invalid: ReplyInvalid | None = None

    async def answer(self) -> Answer[F]:
        function = self._request.function
        while True:
            given, recalled = await self._next_reply()
            verdict = read(given.reply, function)
            if isinstance(verdict, Valid):
                for note in verdict.notes:
                    _log.info("%s %s: %s", given.candidate.provider, given.reply.model, note)
                return Answer(
                    verdict.value,
                    given.candidate.provider,
                    given.reply.model,
                    given.reply.usage,
                    given.usd,
                    recalled,
                )
            self._invalid = ReplyInvalid(
                f"{given.candidate.provider} {given.reply.model}: {verdict.detail}",
                provider=given.candidate.provider,
                model=given.reply.model,
                reason=verdict.reason,
            )
            if not self._can_improve(verdict, given):
                raise self._invalid

    def _can_improve(self, flaw: Unusable, given: RoutedReply) -> bool:
        """Change the request so that the next reply may be valid; False where nothing helps."""
        settings = self._client._settings
        if flaw.reason == "truncated":
            # A cut-off reply cannot be repaired; it needs a higher limit.
            limit = min(self._limit * 2, settings.max_tokens_ceiling)
            raised = limit > self._limit
            self._limit = limit
            return raised
        if flaw.repairable:
            self._repairs += 1
            self._request = repair(self._request, given.reply, flaw)
            return self._repairs <= settings.repairs
        self._refusers.add(given.candidate)
        return len(self._refusers) == 1

    async def _next_reply(self) -> tuple[RoutedReply, bool]:
        client, digest = self._client, self._digest()
        self._calls += 1
        if found := client._call_log.lookup(self._purpose, digest):
            return found, True
        await client.start()
        request, limit, candidates = self._request, self._limit, self._candidates()
        if self._invalid and self._refusers and not candidates:
            raise self._invalid  # no other model is left
        routed = await client.router.route(
            request,
            candidates,
            lambda one: client._call_log.reserve(self._purpose, digest, one, request, limit),
            max_tokens=limit,
            deadline=self._deadline,
        )
        return routed, False

    def _candidates(self) -> list[Candidate]:
        chosen = self._client._selector.select(self._request, self._purpose).candidates
        return [one for one in chosen if one not in self._refusers]

    def _digest(self) -> str:
        """Hash what is sent; the same messages sent again, with a higher limit or to another
        model, are another call."""
        digest = self._request.digest()
        if self._calls == 0:
            return digest
        return hashlib.sha256(f"{digest} {self._calls}".encode()).hexdigest()
