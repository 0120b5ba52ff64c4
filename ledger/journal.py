"""Model calls: reserved before they are sent, recorded before their reply is used.

A call costs two transactions. The first reserves its worst case and records the intention; the
second records the reply and what it took. A call that was reserved and never ended was in flight
when its process died: it is charged at its reservation and reported.
"""

from __future__ import annotations

from typing import Any

from ledger import budget
from ledger.budget import NO_CAPS, Caps
from ledger.calls import NOTHING, Amount, Call, CallKey, RecordedReply, Reply, TokenUsage
from ledger.chain import calls_in_flight, next_row
from ledger.connection import Records, Values
from ledger.process import Process, this_process

_REPLIES = (
    "SELECT u.provider, u.tier, u.model, j.body FROM ledger_usage u"
    " JOIN ledger_journal j ON j.id = u.ended WHERE"
)
_OF_ROUND = (
    f"{_REPLIES} u.run_id = :run_id AND u.step = :step AND u.round = :round"
    " AND u.outcome IN ('done', 'cached')"
)
_FIND = f"{_OF_ROUND} AND u.digest = :digest"
_FIND_ROUND = f"{_OF_ROUND} ORDER BY u.call"
_FIND_SHARED = (
    f"{_REPLIES} u.digest = :digest AND u.outcome = 'done' ORDER BY u.begun_at DESC LIMIT 1"
)
_OUTCOMES = (
    "SELECT outcome FROM ledger_usage"
    " WHERE run_id = :run_id AND step = :step AND round = :round ORDER BY call"
)
_NO_TOKENS = TokenUsage()


class Journal(Records):
    """The record of model calls, and the cache that a run is resumed and replayed from."""

    def lookup(self, key: CallKey) -> RecordedReply | None:
        """Return the recorded reply to this call of this run, None where it was never completed."""
        return next(iter(self._replies(_FIND, key._asdict())), None)

    def lookup_round(self, run_id: str, step: str, round_: int) -> list[RecordedReply]:
        """Return all replies to a round of a step, in the order of their requests."""
        return self._replies(_FIND_ROUND, {"run_id": run_id, "step": step, "round": round_})

    def lookup_shared(self, digest: str) -> RecordedReply | None:
        """Return the newest reply to this request in any run."""
        return next(iter(self._replies(_FIND_SHARED, {"digest": digest})), None)

    def outcomes(self, run_id: str, step: str, round_: int) -> list[str]:
        """Return how all calls of a round of a step ended, in the order of their requests."""
        values = {"run_id": run_id, "step": step, "round": round_}
        return [outcome for (outcome,) in self._database.rows(_OUTCOMES, values)]

    def _replies(self, query: str, values: Values) -> list[RecordedReply]:
        return [RecordedReply.of(*row) for row in self._database.rows(query, values)]

    def reserve(
        self,
        key: CallKey,
        *,
        provider: str,
        model: str,
        phase: str = "",
        tier: str = "",
        worst: Amount = NOTHING,
        priced: bool = True,
        caps: Caps = NO_CAPS,
    ) -> Call:
        """Reserve the worst case and record the intention; on disk when it returns.

        Raises:
            CapReached: a cap would be passed; nothing is recorded.
            LockLost: the run's feature may be another process's by now.
        """
        self._database.require_lock()
        self._database.check_disk_space()
        at = self._database.now()
        with self._database.write() as tx:
            place = next_row(tx, key.run_id)
            sender = str(this_process())
            call = Call(
                *key, provider, model, phase, tier, *worst, int(priced), sender, place.seq, at
            )
            budget.reserve(tx, call, caps)
            place.append(tx, at, "intent", call.body())
        return call

    def complete(
        self, call: Call, reply: Reply, *, nano_usd: int | None, latency_seconds: float
    ) -> None:
        """Record the reply and its cost, None where unpriced; on disk when it returns."""
        self._end(call, "done", reply.usage, nano_usd, latency_seconds, reply)

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
        self._end(call, outcome, usage, nano_usd, latency_seconds)

    def adopt(self, key: CallKey, found: RecordedReply) -> None:
        """Record another run's reply as this call's, at no cost, so that a replay finds it."""
        at = self._database.now()
        with self._database.write() as tx:
            place = next_row(tx, key.run_id)
            sender, name = str(this_process()), (found.provider, found.model)
            call = Call(*key, *name, "", found.tier, *NOTHING, 1, sender, place.seq, at)
            body = _ending(call, "cached", reply=found.reply)
            place = place.append(tx, at, "intent", call.body())
            place.append(tx, at, "reply", body, call.row())

    def charge_unanswered(self, run_id: str) -> list[Call]:
        """Charge and return the run's calls whose process died before a reply was recorded.

        Only the holder of the run's lock may call it: a process of another machine cannot be
        checked, and counts as dead.
        """
        with self._database.read() as tx:
            flying = [(call, Process.parse(call.process)) for call in calls_in_flight(tx, run_id)]
        dead = [call for call, sender in flying if not (sender and sender.alive())]
        for call in dead:
            self.fail(call, "ambiguous")
        with self._database.write() as tx:
            next_row(tx, run_id)  # holds the run
            budget.forget(tx, f"run {run_id}")
        return dead

    def _end(self, call: Call, *how: Any) -> None:
        body = _ending(call, *how)
        at = self._database.now()
        with self._database.write() as tx:
            place = next_row(tx, call.run_id)
            budget.settle(tx, call, Amount(body["charged_tokens"], body["charged_nano_usd"]))
            place.append(tx, at, "reply" if "finish" in body else "failure", body, call.row())


def _ending(
    call: Call,
    outcome: str,
    usage: TokenUsage | None = None,
    nano_usd: int | None = None,
    latency_seconds: float = 0.0,
    reply: Reply | None = None,
) -> dict[str, Any]:
    """The body of the row that ends a call."""
    tokens, charged, priced = call.tokens, call.nano_usd, call.priced
    if usage is not None:
        tokens, charged = usage.input_tokens + usage.output_tokens, nano_usd or 0
        priced = int(nano_usd is not None or not (reply or tokens))
    body = {
        "call": call.number,
        "outcome": outcome,
        **(usage or _NO_TOKENS)._asdict(),
        "latency_us": round(latency_seconds * 1e6),
        "charged_tokens": tokens,
        "charged_nano_usd": charged,
        "priced": priced,
    }
    if reply:
        body |= {
            **{"answered_by": reply.model, "function": reply.function},
            **{"arguments": reply.arguments, "finish": reply.finish},
        }
    return body
