"""The model calls: intended before they are sent, kept before their reply is used.

A call costs two transactions. The first reserves its worst case in every scope of the budget and
records the intention; the second keeps the reply and settles. What is intended and never ended
was in flight when its process died: it is charged at its reservation and reported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ledger import budget
from ledger.budget import Amount, Caps
from ledger.chain import Event, events, head
from ledger.clock import Clock, stamp
from ledger.connection import Database, Transaction
from ledger.errors import LedgerError
from ledger.process import Process, this_process

_END = (
    "INSERT INTO ledger_usage (run_id, call, step, round, digest, phase, tier, provider, model,"
    " outcome, begun_at, input_tokens, output_tokens, cached_tokens, cache_write_tokens,"
    " charged_tokens, charged_nano_usd, priced, latency_us, ended)"
    " VALUES (:run_id, :call, :step, :round, :digest, :phase, :tier, :provider, :model,"
    " :outcome, :begun_at, :input_tokens, :output_tokens, :cached_tokens, :cache_write_tokens,"
    " :charged_tokens, :charged_nano_usd, :priced, :latency_us, :ended)"
    " ON CONFLICT (digest, run_id, call) DO NOTHING"
)
_REPLIES = (
    "SELECT u.run_id, u.call, u.provider, j.body FROM ledger_usage u"
    " JOIN ledger_journal j ON j.id = u.ended"
    " WHERE u.digest = :digest"
)
_RECALL = (
    f"{_REPLIES} AND u.run_id = :run_id AND u.step = :step AND u.round = :round"
    " AND u.outcome IN ('done', 'cached')"
)
_RECALL_SHARED = f"{_REPLIES} AND u.outcome = 'done' ORDER BY u.begun_at DESC LIMIT 1"
_ENDED = "SELECT call FROM ledger_usage WHERE run_id = :run_id"


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
    """A reply as it was recorded.

    Attributes:
        call: its call's number in ``run_id``.
        nano_usd: what it cost then, None where the price was unknown.
    """

    run_id: str
    call: int
    provider: str
    model: str
    function: str
    arguments: str
    finish: str
    usage: TokenCount
    nano_usd: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was intended: what is reserved for it, and where.

    Attributes:
        number: its number in the run, the place of its intention in the journal.
        at: when it was intended, UTC in ISO 8601; its date is the day whose cap it counts for.
        priced: whether the price is known; unpriced calls cost 0 in the record, and say so.
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

    @property
    def scopes(self) -> dict[str, str]:
        return budget.scopes(self.key.run_id, self.phase, self.tier, self.at[:10])


class Journal:
    """The record of model calls, and the cache that a run is resumed and replayed from."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def recall(self, key: CallKey) -> RecordedReply | None:
        """The reply to this very call of this run, None where it was never completed."""
        row = self._database.row(
            _RECALL,
            {"run_id": key.run_id, "step": key.step, "round": key.round, "digest": key.digest},
        )
        return _recorded(*row) if row else None

    def recall_shared(self, digest: str) -> RecordedReply | None:
        """The newest reply to this question in any run."""
        row = self._database.row(_RECALL_SHARED, {"digest": digest})
        return _recorded(*row) if row else None

    def intend(
        self,
        key: CallKey,
        *,
        provider: str,
        model: str,
        phase: str = "",
        tier: str = "",
        worst: Amount = Amount(),  # noqa: B008 - immutable
        priced: bool = True,
        caps: Caps = Caps(),  # noqa: B008 - immutable
    ) -> Call:
        """Reserve the worst case and record the intention; on disk when it returns.

        Raises:
            CapReached: a cap would be passed; nothing is recorded.
            LedgerError: the run is unknown, or the record cannot be written.
        """
        at = stamp(self._clock())
        body = {
            "step": key.step,
            "round": key.round,
            "digest": key.digest,
            "provider": provider,
            "model": model,
            "phase": phase,
            "tier": tier,
            "tokens": worst.tokens,
            "nano_usd": worst.nano_usd,
            "priced": int(priced),
            "process": str(this_process()),
        }
        with self._database.write() as tx:
            place = head(tx, key.run_id)
            budget.reserve(tx, budget.scopes(key.run_id, phase, tier, at[:10]), caps, worst)
            place.append(tx, at, "intent", body)
        return Call(key, place.seq, provider, model, phase, tier, at, worst, priced)

    def complete(
        self, call: Call, reply: Reply, *, nano_usd: int | None, latency_seconds: float
    ) -> None:
        """Keep the reply and settle the call; on disk when it returns.

        ``nano_usd`` is None for an unpriced model.

        Raises:
            LedgerError: the call was ended already, or the record cannot be written.
        """
        usage = reply.usage
        body = {
            **_ended(call, "done", reply.model, usage, latency_seconds),
            "charged_tokens": usage.input_tokens + usage.output_tokens,
            "charged_nano_usd": nano_usd or 0,
            "priced": int(nano_usd is not None),
            "function": reply.function,
            "arguments": reply.arguments,
            "finish": reply.finish,
        }
        self._end(call, "reply", body)

    def fail(
        self,
        call: Call,
        outcome: str,
        *,
        usage: Tokens | None = None,
        nano_usd: int | None = None,
        latency_seconds: float = 0.0,
    ) -> None:
        """Settle a call that brought no usable reply; ``outcome`` is its class.

        Without ``usage`` (timed out, cut) nobody knows what the provider will bill, so the
        reservation is charged in full. A refusal that costs nothing passes a usage of 0 tokens.
        """
        self._end(call, "failure", _failure(call, outcome, usage, nano_usd, latency_seconds))

    def adopt(self, key: CallKey, reply: RecordedReply) -> None:
        """Record another run's reply as this call's, at no cost, so that a replay finds it."""
        call = self.intend(key, provider=reply.provider, model=reply.model)
        free = {"charged_tokens": 0, "charged_nano_usd": 0, "priced": 1}
        body = {
            **_ended(call, "cached", reply.model, TokenCount(), 0.0),
            **free,
            "function": reply.function,
            "arguments": reply.arguments,
            "finish": reply.finish,
        }
        self._end(call, "reply", body)

    def ambiguous(self, run_id: str) -> list[Call]:
        """Charge and name the run's calls whose process died before an answer was recorded.

        To be asked by the holder of the run's lock: a process of another machine cannot be
        looked at, and counts as dead.
        """
        with self._database.read() as tx:
            ended = {number for (number,) in tx.rows(_ENDED, {"run_id": run_id})}
            recorded, _ = events(tx, run_id)
        dead = [
            _call(run_id, event)
            for event in recorded
            if event.kind == "intent"
            and event.seq not in ended
            and not _alive(event.body["process"])
        ]
        for call in dead:
            self.fail(call, "ambiguous")
        return dead

    def _end(self, call: Call, kind: str, body: Mapping[str, Any]) -> None:
        at = stamp(self._clock())
        run_id = call.key.run_id
        actual = Amount(body["charged_tokens"], body["charged_nano_usd"])
        with self._database.write() as tx:
            place = head(tx, run_id)
            budget.settle(tx, call.scopes, call.reserved, actual)
            if not apply_end(tx, run_id, place.id, call, body):
                raise LedgerError(f"call {call.number} of run {run_id} has ended already")
            place.append(tx, at, kind, body)


def apply_end(
    tx: Transaction, run_id: str, row_id: int, call: Call, body: Mapping[str, Any]
) -> bool:
    """Make the table say what a "reply" or "failure" row says; False where it said so before."""
    key = call.key
    return bool(
        tx.run(
            _END,
            {
                **body,
                "run_id": run_id,
                "ended": row_id,
                "step": key.step,
                "round": key.round,
                "digest": key.digest,
                "phase": call.phase,
                "tier": call.tier,
                "provider": call.provider,
                "begun_at": call.at,
            },
        )
    )


def _ended(
    call: Call, outcome: str, model: str, usage: Tokens, latency_seconds: float
) -> dict[str, Any]:
    return {
        "call": call.number,
        "outcome": outcome,
        "model": model or call.model,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "latency_us": round(latency_seconds * 1e6),
    }


def _failure(
    call: Call, outcome: str, usage: Tokens | None, nano_usd: int | None, latency_seconds: float
) -> dict[str, Any]:
    if usage is None:
        charged = call.reserved
        priced = call.priced
    else:
        charged = Amount(usage.input_tokens + usage.output_tokens, nano_usd or 0)
        priced = nano_usd is not None or not charged.tokens
    return {
        **_ended(call, outcome, call.model, usage or TokenCount(), latency_seconds),
        "charged_tokens": charged.tokens,
        "charged_nano_usd": charged.nano_usd,
        "priced": int(priced),
    }


def _recorded(run_id: str, call: int, provider: str, text: str) -> RecordedReply:
    body = json.loads(text)
    return RecordedReply(
        run_id=run_id,
        call=call,
        provider=provider,
        model=body["model"],
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


def _call(run_id: str, intent: Event) -> Call:
    body = intent.body
    return Call(
        key=CallKey(run_id, body["step"], body["round"], body["digest"]),
        number=intent.seq,
        provider=body["provider"],
        model=body["model"],
        phase=body["phase"],
        tier=body["tier"],
        at=intent.at,
        reserved=Amount(body["tokens"], body["nano_usd"]),
        priced=bool(body["priced"]),
    )


def _alive(process: str) -> bool:
    holder = Process.parse(process)
    return holder is not None and holder.alive()
