"""Model calls: reserved before they are sent, recorded before their reply is used.

A call costs two transactions. The first reserves its worst case in every scope of the budget and
records the intention; the second records the reply and settles. A call that was reserved and never
ended was in flight when its process died: it is charged at its reservation and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ledger import budget, schema
from ledger.budget import Amount, CallScopes, Caps
from ledger.calls import Call, CallKey, RecordedReply, Reply, TokenUsage
from ledger.chain import events, next_row
from ledger.clock import Clock, stamp
from ledger.connection import Database, Transaction
from ledger.errors import LedgerError
from ledger.lock import FeatureLock
from ledger.process import Process

_END = f"{schema.insert('ledger_usage')} ON CONFLICT DO NOTHING"
_ANSWERS = (
    "SELECT u.run_id, u.call, u.provider, u.tier, u.model, j.body FROM ledger_usage u"
    " JOIN ledger_journal j ON j.id = u.ended WHERE"
)
_REPLIES = f"{_ANSWERS} u.digest = :digest"
_OF_ROUND = (
    "u.run_id = :run_id AND u.step = :step AND u.round = :round AND u.outcome IN ('done', 'cached')"
)
_FIND = f"{_REPLIES} AND {_OF_ROUND}"
_FIND_ROUND = f"{_ANSWERS} {_OF_ROUND} ORDER BY u.call"
_FIND_SHARED = f"{_REPLIES} AND u.outcome = 'done' ORDER BY u.begun_at DESC LIMIT 1"
_ENDED = "SELECT call FROM ledger_usage WHERE run_id = :run_id"


class Journal:
    """The record of model calls, and the cache that a run is resumed and replayed from.

    Attributes:
        lock: without which nothing is asked; None where none is held.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.lock: FeatureLock | None = None

    def lookup(self, key: CallKey) -> RecordedReply | None:
        """Return the recorded reply to this call of this run, None where it was never completed."""
        row = self._database.row(
            _FIND,
            {"run_id": key.run_id, "step": key.step, "round": key.round, "digest": key.digest},
        )
        return RecordedReply.of(*row) if row else None

    def lookup_round(self, run_id: str, step: str, round_: int) -> list[RecordedReply]:
        """Return all replies to a round of a step, in the order of their requests."""
        with self._database.read() as tx:
            values = {"run_id": run_id, "step": step, "round": round_}
            return [RecordedReply.of(*row) for row in tx.rows(_FIND_ROUND, values)]

    def lookup_shared(self, digest: str) -> RecordedReply | None:
        """Return the newest reply to this request in any run."""
        row = self._database.row(_FIND_SHARED, {"digest": digest})
        return RecordedReply.of(*row) if row else None

    def reserve(
        self,
        key: CallKey,
        *,
        provider: str,
        model: str,
        phase: str = "",
        tier: str = "",
        worst: Amount = budget.NOTHING,
        priced: bool = True,
        caps: Caps = budget.NO_CAPS,
    ) -> Call:
        """Reserve the worst case and record the intention; on disk when it returns.

        Raises:
            CapReached: a cap would be passed; nothing is recorded.
            LockLost: the run's feature may be another process's by now.
            LedgerError: the run is unknown, or the record cannot be written.
        """
        if self.lock:
            self.lock.require()
        self._database.check_disk_space()
        at = stamp(self._clock())
        with self._database.write() as tx:
            place = next_row(tx, key.run_id)
            rows = budget.reserve(tx, CallScopes(key.run_id, phase, tier, at[:10]), worst, caps)
            call = Call(
                key=key,
                number=place.seq,
                provider=provider,
                model=model,
                phase=phase,
                tier=tier,
                at=at,
                reserved=worst,
                priced=priced,
                rows=rows,
            )
            place.append(tx, at, "intent", call.body())
        return call

    def complete(
        self, call: Call, reply: Reply, *, nano_usd: int | None, latency_seconds: float
    ) -> None:
        """Record the reply and settle the call; on disk when it returns.

        ``nano_usd`` is None for an unpriced model.

        Raises:
            LedgerError: the call was ended already, or the record cannot be written.
        """
        tokens = reply.usage.input_tokens + reply.usage.output_tokens
        body = {
            **_ended(call, "done", reply.usage, latency_seconds),
            **_charged(Amount(tokens, nano_usd or 0), priced=nano_usd is not None),
            **_content(reply),
        }
        self._end(call, "reply", body)

    def fail(
        self,
        call: Call,
        outcome: str,
        *,
        usage: TokenUsage | None = None,
        nano_usd: int | None = None,
        latency_seconds: float = 0.0,
    ) -> None:
        """Settle a call that brought no usable reply; ``outcome`` is its class.

        Without ``usage`` (timed out, cut) nobody knows what the provider will bill, so the
        reservation is charged in full. A refusal that costs nothing passes a usage of 0 tokens.
        """
        if usage is None:
            charged = _charged(call.reserved, priced=call.priced)
        else:
            tokens = usage.input_tokens + usage.output_tokens
            charged = _charged(
                Amount(tokens, nano_usd or 0), priced=nano_usd is not None or not tokens
            )
        count = usage or TokenUsage()
        body = {**_ended(call, outcome, count, latency_seconds), **charged, "answered_by": ""}
        self._end(call, "failure", body)

    def adopt(self, key: CallKey, found: RecordedReply) -> None:
        """Record another run's reply as this call's, at no cost, so that a replay finds it."""
        at = stamp(self._clock())
        with self._database.write() as tx:
            place = next_row(tx, key.run_id)
            call = Call(
                key=key,
                number=place.seq,
                provider=found.provider,
                model=found.model,
                tier=found.tier,
                at=at,
            )
            body = {
                **_ended(call, "cached", TokenUsage(), 0.0),
                **_charged(budget.NOTHING, priced=True),
                **_content(found.reply),
            }
            place = place.append(tx, at, "intent", call.body())
            apply_end(tx, call, place.id, body)
            place.append(tx, at, "reply", body)

    def charge_unanswered(self, run_id: str) -> list[Call]:
        """Charge and return the run's calls whose process died before a reply was recorded.

        Only the holder of the run's lock may call it: a process of another machine cannot be
        checked, and counts as dead.
        """
        with self._database.read() as tx:
            ended = {number for (number,) in tx.rows(_ENDED, {"run_id": run_id})}
            recorded = events(tx, run_id)
        open_calls = [
            Call.of(run_id, event)
            for event in recorded
            if event.kind == "intent" and event.seq not in ended
        ]
        dead = [call for call in open_calls if not _alive(call.process)]
        for call in dead:
            self.fail(call, "ambiguous")
        if len(dead) == len(open_calls):
            with self._database.write() as tx:
                budget.reset_counts(tx, run_id)
        return dead

    def _end(self, call: Call, kind: str, body: Mapping[str, Any]) -> None:
        at = stamp(self._clock())
        actual = Amount(body["charged_tokens"], body["charged_nano_usd"])
        with self._database.write() as tx:
            place = next_row(tx, call.key.run_id)
            budget.settle(tx, call.rows, call.reserved, actual)
            if not apply_end(tx, call, place.id, body):
                raise LedgerError(f"call {call.number} of run {call.key.run_id} has ended already")
            place.append(tx, at, kind, body)


def apply_end(tx: Transaction, call: Call, row_id: int, body: Mapping[str, Any]) -> bool:
    """Apply a "reply" or "failure" row to the usage; False where it was applied before."""
    origin = {"run_id": call.key.run_id, "begun_at": call.at, "ended": row_id}
    values = {**call.body(), **body, **origin}
    return bool(tx.run(_END, values))


def _ended(call: Call, outcome: str, usage: TokenUsage, latency_seconds: float) -> dict[str, Any]:
    return {
        "call": call.number,
        "outcome": outcome,
        **asdict(usage),
        "latency_us": round(latency_seconds * 1e6),
    }


def _charged(amount: Amount, *, priced: bool) -> dict[str, Any]:
    return {
        "charged_tokens": amount.tokens,
        "charged_nano_usd": amount.nano_usd,
        "priced": int(priced),
    }


def _content(reply: Reply) -> dict[str, Any]:
    return {
        "answered_by": reply.model,
        "function": reply.function,
        "arguments": reply.arguments,
        "finish": reply.finish,
    }


def _alive(process: str) -> bool:
    holder = Process.parse(process)
    return holder is not None and holder.alive()
