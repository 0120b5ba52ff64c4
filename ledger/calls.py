"""Records of a model call: its key, its reservation, its reply."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from ledger.budget import NOTHING, Amount, CallScopes
from ledger.chain import Row
from ledger.process import this_process


@dataclass(frozen=True, slots=True)
class CallKey:
    """The identity of a call: ``digest`` is the hash of all that is sent."""

    run_id: str
    step: str
    round: int
    digest: str


Finish = Literal["stop", "length", "refusal", "filter", "unknown"]


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one call; ``input_tokens`` includes the cached and the cache-written ones."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A provider's answer, before it is validated.

    Attributes:
        function: the name of the function that was called, "" where none was.
        arguments: the call's arguments as JSON text, or the reply's text where no function
            was called.
        finish: why the model stopped; anything but "stop" is not to be trusted as whole.
        model: the model that answered, in the vendor's words.
    """

    function: str
    arguments: str
    finish: Finish
    usage: TokenUsage
    model: str


@dataclass(frozen=True, slots=True)
class RecordedReply:
    """A reply in the journal.

    Attributes:
        call: its call's number in ``run_id``.
        model: the one that was asked; ``reply.model`` is the name that it gives itself.
        nano_usd: what it cost then, None where the price was unknown.
    """

    run_id: str
    call: int
    provider: str
    tier: str
    model: str
    reply: Reply
    nano_usd: int | None

    @classmethod
    def of(
        cls, run_id: str, call: int, provider: str, tier: str, model: str, text: str
    ) -> RecordedReply:
        """Read a row of the usage and the text of its journal row."""
        body = json.loads(text)
        names = (one.name for one in fields(TokenUsage))
        reply = Reply(
            body["function"],
            body["arguments"],
            body["finish"],
            TokenUsage(*(body[name] for name in names)),
            body["answered_by"],
        )
        cost = body["charged_nano_usd"] if body["priced"] else None
        return cls(run_id, call, provider, tier, model, reply, cost)


@dataclass(frozen=True, slots=True)
class Call:
    """A reserved call: its worst case, and the rows of the budget that hold it.

    Attributes:
        number: its number in the run, the place of its intention in the journal.
        at: when it was reserved, UTC in ISO 8601; its date is the day whose cap it counts for.
        priced: whether the price is known; unpriced calls cost 0 in the record, and say so.
        process: who sent it, as ``str`` of :class:`ledger.process.Process`.
        rows: of the budget, in which it is reserved.
    """

    key: CallKey
    number: int
    provider: str
    model: str
    at: str
    phase: str = ""
    tier: str = ""
    reserved: Amount = NOTHING
    priced: bool = True
    process: str = field(default_factory=lambda: str(this_process()))
    rows: tuple[str, ...] = ()

    @classmethod
    def of(cls, run_id: str, intent: Row) -> Call:
        """Read the intention's row of the journal."""
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
        """Return the content of the intention's row of the journal."""
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
