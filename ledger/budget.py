"""Caps on what calls may spend: what is spent and reserved never passes one.

A call counts from its reservation on, at its worst case until it ends. Each scope's sum is kept as
a row, which begins with what is in the usage and in flight, and is changed in the transactions that
reserve and settle. It can be forgotten.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.calls import Amount, Call
from ledger.chain import calls_in_flight
from ledger.connection import Row, Transaction
from ledger.errors import CapReached

NO_LIMIT = 2**62

_CALLS = {
    "day": "SUBSTR(begun_at, 1, 10) = :day",
    "run": "run_id = :run_id",
    "phase": "run_id = :run_id AND phase = :phase",
    "tier": "run_id = :run_id AND tier = :tier",
}
"""The calls of each scope."""

_BEGIN = "INSERT INTO ledger_spent VALUES (:scope, 0, 0, 0) ON CONFLICT (scope) DO NOTHING"
_COUNT = (
    "UPDATE ledger_spent SET (calls, tokens, nano_usd) = (SELECT COUNT(*) + :calls,"
    " COALESCE(SUM(charged_tokens), 0) + :tokens, COALESCE(SUM(charged_nano_usd), 0) + :nano_usd"
    " FROM ledger_usage WHERE outcome <> 'cached' AND {of_scope}) WHERE scope = :scope"
)
_ADD = (
    "UPDATE ledger_spent SET calls = calls + 1, tokens = tokens + :tokens,"
    " nano_usd = nano_usd + :nano_usd WHERE scope = :scope AND calls < :most_calls"
    " AND tokens <= :most_tokens - :tokens AND nano_usd <= :most_nano_usd - :nano_usd"
)
_RUNNING = "SELECT run_id FROM ledger_runs WHERE status = 'running'"
_SUMS = "SELECT calls, tokens, nano_usd FROM ledger_spent WHERE scope = :scope"
_SETTLE = (
    "UPDATE ledger_spent SET tokens = tokens + :tokens, nano_usd = nano_usd + :nano_usd"
    " WHERE scope IN (:day, :run, :phase, :tier)"
)
_FORGET = "DELETE FROM ledger_spent WHERE scope = :scope OR scope LIKE :parts"


class Cap(NamedTuple):
    """The most that a scope may spend and reserve."""

    calls: int = NO_LIMIT
    tokens: int = NO_LIMIT
    nano_usd: int = NO_LIMIT


NO_CAP = Cap()


class Caps(NamedTuple):
    """The caps that one call is held to; the day's counts all runs."""

    run: Cap = NO_CAP
    phase: Cap = NO_CAP
    tier: Cap = NO_CAP
    day: Cap = NO_CAP


NO_CAPS = Caps()


def reserve(tx: Transaction, call: Call, caps: Caps) -> None:
    """Add a call, before its intention is recorded, at its worst case; CapReached is to roll back.

    A day is shared with runs that may have other caps, so that it is always counted; the rest is
    counted from the first capped call on.
    """
    for scope, name in _names(call).items():
        cap: Cap = getattr(caps, scope)
        if cap == NO_CAP and scope != "day":
            continue
        row = {
            **{"scope": name, "tokens": call.tokens, "nano_usd": call.nano_usd},
            **{"most_calls": cap.calls, "most_tokens": cap.tokens, "most_nano_usd": cap.nano_usd},
        }
        while not tx.run(_ADD, row):  # there is no sum yet, or the cap is reached
            if tx.run(_BEGIN, row):
                _count(tx, scope, name, call)
            asked = (1, call.tokens, call.nano_usd)
            for sums in tx.rows(_SUMS, row):  # none, where another process has forgotten them
                for measure, limit, spent, more in zip(Cap._fields, cap, sums, asked, strict=True):
                    if spent + more > limit:
                        raise CapReached(scope, measure, limit, spent, more)


def settle(tx: Transaction, call: Call, charged: Amount) -> None:
    """Replace a call's worst case by what it took."""
    tokens, nano_usd = charged.tokens - call.tokens, charged.nano_usd - call.nano_usd
    tx.run(_SETTLE, {**_names(call), "tokens": tokens, "nano_usd": nano_usd})


def forget(tx: Transaction, scope: str) -> None:
    """Let the sums of "day" or of a run, "run …", begin anew with the usage."""
    tx.run(_FORGET, {"scope": scope, "parts": f"{scope} %"})


def _count(tx: Transaction, scope: str, name: str, call: Call) -> None:
    """Count the calls of a scope whose row this transaction has begun, which others wait for."""
    runs: list[Row] = [(call.run_id,)]
    since = ""
    if scope == "day":
        runs, since = tx.rows(_RUNNING), call.at[:10]
    # Before the usage is read: what ends in between is counted twice rather than never.
    known = (one for (run_id,) in runs for one in calls_in_flight(tx, run_id, since))
    flying = [one for one in known if _names(one)[scope] == name]
    sums = {
        "calls": len(flying),
        "tokens": sum(one.tokens for one in flying),
        "nano_usd": sum(one.nano_usd for one in flying),
    }
    row = {**call._asdict(), **sums, "scope": name, "day": call.at[:10]}
    tx.run(_COUNT.replace("{of_scope}", _CALLS[scope]), row)


def _names(call: Call) -> dict[str, str]:
    run = f"run {call.run_id}"
    return {
        "day": f"day {call.at[:10]}",
        "run": run,
        "phase": f"{run} phase {call.phase}",
        "tier": f"{run} tier {call.tier}",
    }
