"""A model call as the ledger sees it: its key, its reservation, its reply."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from ledger.budget import Amount, CallScopes
from ledger.chain import Event


@dataclass(frozen=True, slots=True)
class CallKey:
    """What a call is known by: ``digest`` is the hash of all that is sent."""

    run_id: str
    step: str
    round: int
    digest: str


class Tokens(Protocol):
    """Counts of one call; ``input_tokens`` includes the cached and the cache-written ones."""

    @property
    def input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...
    @property
    def cached_tokens(self) -> int: ...
    @property
    def cache_write_tokens(self) -> int: ...


class Reply(Protocol):
    """What a provider answered; ``assistant.request.Reply`` is one."""

    @property
    def function(self) -> str: ...
    @property
    def arguments(self) -> str: ...
    @property
    def finish(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def usage(self) -> Tokens: ...


@dataclass(frozen=True, slots=True)
class TokenCount:
    """The counts that were recorded."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True)
class RecordedReply:
    """A reply as it was recorded; a :class:`Reply` with where it came from.

    Attributes:
        call: its call's number in ``run_id``.
        asked_model, model: the one that was asked, and what the one that answered calls itself.
        nano_usd: what it cost then, None where the price was unknown.
    """

    run_id: str
    call: int
    provider: str
    tier: str
    asked_model: str
    model: str
    function: str
    arguments: str
    finish: str
    usage: TokenCount
    nano_usd: int | None

    @classmethod
    def of(
        cls, run_id: str, call: int, provider: str, tier: str, asked_model: str, text: str
    ) -> RecordedReply:
        """From a row of the usage and the text of its journal row."""
        body = json.loads(text)
        return cls(
            run_id=run_id,
            call=call,
            provider=provider,
            tier=tier,
            asked_model=asked_model,
            model=body["answered_by"],
            function=body["function"],
            arguments=body["arguments"],
            finish=body["finish"],
            usage=TokenCount(
                body["input_tokens"],
                body["output_tokens"],
                body["cached_tokens"],
                body["cache_write_tokens"],
            ),
            nano_usd=body["charged_nano_usd"] if body["priced"] else None,
        )


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was intended: what is reserved for it, and where.

    Attributes:
        number: its number in the run, the place of its intention in the journal.
        at: when it was intended, UTC in ISO 8601; its date is the day whose cap it counts for.
        priced: whether the price is known; unpriced calls cost 0 in the record, and say so.
        process: who sent it, as ``str`` of :class:`ledger.process.Process`.
        rows: of the budget, in which it is reserved.
    """

    key: CallKey
    number: int
    provider: str
    model: str
    phase: str
    tier: str
    at: str
    reserved: Amount
    priced: bool
    process: str
    rows: tuple[str, ...] = ()

    @classmethod
    def of(cls, run_id: str, intent: Event) -> Call:
        """From the intention's row in the journal."""
        body = intent.body
        spender = CallScopes(run_id, body["phase"], body["tier"], intent.at[:10])
        return cls(
            key=CallKey(run_id, body["step"], body["round"], body["digest"]),
            number=intent.seq,
            provider=body["provider"],
            model=body["model"],
            phase=body["phase"],
            tier=body["tier"],
            at=intent.at,
            reserved=Amount(body["tokens"], body["nano_usd"]),
            priced=bool(body["priced"]),
            process=body["process"],
            rows=spender.rows(),
        )

    def body(self) -> dict[str, Any]:
        """The intention's row in the journal."""
        return {
            "step": self.key.step,
            "round": self.key.round,
            "digest": self.key.digest,
            "provider": self.provider,
            "model": self.model,
            "phase": self.phase,
            "tier": self.tier,
            "tokens": self.reserved.tokens,
            "nano_usd": self.reserved.nano_usd,
            "priced": int(self.priced),
            "process": self.process,
        }
