"""Model client: takes a request and returns a validated answer, paid for once.

An answer that was given before is read from the call log. Otherwise the router asks a provider,
and the reply is validated: a truncated one is asked again with a higher limit, an invalid one is
sent back with its faults, a refused one goes to another model, once.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic

from assistant.calls.replies import Unusable, Valid, read, repair
from assistant.calls.router import Router
from assistant.calls.selection import ModelSelector
from assistant.cost.budget import LedgerCallLog
from assistant.errors import ReplyInvalid
from assistant.request import Answer, Candidate, F, Purpose, Request, RoutedReply

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class ModelClient:
    """An :class:`assistant.request.AIAssistant`."""

    router: Router  # its settings and clock are the client's
    selector: ModelSelector
    call_log: LedgerCallLog
    answers: str = ""  # names the model that answers, in one line for a person
    prepare: Callable[[], Awaitable[None]] | None = None  # run once before the first request
    _preparing: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Check once whether the providers answer, before the first request at the latest."""
        if self.prepare is None:
            return
        if self._preparing is None:
            self._preparing = asyncio.ensure_future(self.prepare())
        await asyncio.shield(self._preparing)

    async def aclose(self) -> None:
        """Close the connections, on the loop that made them."""
        await self.router.aclose()

    async def ask(self, request: Request[F], purpose: Purpose) -> Answer[F]:
        """See :meth:`assistant.request.AIAssistant.ask`."""
        return await _Conversation(self, request, purpose).answer()


class _Conversation(Generic[F]):
    """The exchange about one request until it is answered, with its limits."""

    def __init__(self, client: ModelClient, request: Request[F], purpose: Purpose) -> None:
        self._client = client
        self._settings = client.router.settings
        self._request = request
        self._purpose = purpose
        self._limit = self._settings.max_tokens
        self._deadline = client.router.clock() + self._settings.deadline_seconds
        self._calls = 0
        self._repairs = 0
        self._refusers: set[Candidate] = set()
        self._invalid: ReplyInvalid | None = None

    async def answer(self) -> Answer[F]:
        while True:
            given = await self._next_reply()
            provider, reply = given.candidate.provider, given.reply
            verdict = read(reply, self._request.function)
            if isinstance(verdict, Valid):
                for note in verdict.notes:
                    _log.info("%s %s: %s", provider, reply.model, note)
                return Answer(
                    verdict.value, provider, reply.model, reply.usage, given.usd, given.recalled
                )
            self._invalid = ReplyInvalid(
                f"{provider} {reply.model}: {verdict.detail}",
                provider=provider,
                model=reply.model,
                reason=verdict.reason,
            )
            if not self._can_improve(verdict, given):
                raise self._invalid

    def _can_improve(self, flaw: Unusable, given: RoutedReply) -> bool:
        """Change the request so that the next reply may be valid; False where nothing helps."""
        if flaw.reason == "truncated":
            # A cut-off reply cannot be repaired; it needs a higher limit.
            before = self._limit
            self._limit = min(before * 2, self._settings.max_tokens_ceiling)
            return self._limit > before
        if flaw.repairable:
            self._repairs += 1
            self._request = repair(self._request, given.reply, flaw)
            return self._repairs <= self._settings.repairs
        self._refusers.add(given.candidate)
        return len(self._refusers) == 1

    async def _next_reply(self) -> RoutedReply:
        client, purpose, request, limit = self._client, self._purpose, self._request, self._limit
        digest = request.digest()
        if self._calls:
            # The same messages, with a higher limit or to another model, are another call.
            digest = hashlib.sha256(f"{digest} {self._calls}".encode()).hexdigest()
        self._calls += 1
        if found := client.call_log.lookup(purpose, digest):
            return found
        await client.start()
        chosen = client.selector.select(request, purpose).candidates
        candidates = [one for one in chosen if one not in self._refusers]
        if self._invalid and self._refusers and not candidates:
            raise self._invalid  # no other model is left
        return await client.router.route(
            request,
            candidates,
            lambda one: client.call_log.reserve(purpose, digest, one, request, limit),
            max_tokens=limit,
            deadline=self._deadline,
        )
