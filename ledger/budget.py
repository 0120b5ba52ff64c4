"""Caps on what calls may spend: what is spent and reserved never passes one.

A call is in the usage from its reservation on, at its worst case until it ends, so that a scope has
spent and reserved the sum of its rows. Each scope's sum is kept as a row, which begins with what is
in the usage and is changed in the transactions that reserve and settle. It can be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.calls import Amount, Call
from ledger.connection import Transaction
from ledger.errors import CapReached

_SCOPES = {
    "day": ("day {day}", "SUBSTR(begun_at, 1, 10) = :day"),
    "run": ("run {run_id}", "run_id = :run_id"),
    "phase": ("run {run_id} phase {phase}", "run_id = :run_id AND phase = :phase"),
    "tier": ("run {run_id} tier {tier}", "run_id = :run_id AND tier = :tier"),
}
"""Names of the scopes' rows, and their calls."""

_BEGIN = (
    "INSERT INTO ledger_spent SELECT :scope, COUNT(*), COALESCE(SUM(charged_tokens), 0),"
    " COALESCE(SUM(charged_nano_usd), 0) FROM ledger_usage WHERE outcome <> 'cached' AND {calls}"
    " ON CONFLICT (scope) DO NOTHING"
)
_RESERVE = (
    "UPDATE ledger_spent SET calls = calls + 1, tokens = tokens + :tokens,"
    " nano_usd = nano_usd + :nano_usd WHERE scope = :scope RETURNING calls, tokens, nano_usd"
)
_SETTLE = (
    "UPDATE ledger_spent SET tokens = tokens + :tokens, nano_usd = nano_usd + :nano_usd"
    " WHERE scope IN (:day, :run, :phase, :tier)"
)
_FORGET = "DELETE FROM ledger_spent WHERE scope = :scope OR scope LIKE :parts"


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that a scope may spend and reserve; None is no limit."""

    calls: int | None = None
    tokens: int | None = None
    nano_usd: int | None = None


NO_CAP = Cap()


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps that one call is held to; the day's counts all runs."""

    run: Cap = NO_CAP
    phase: Cap = NO_CAP
    tier: Cap = NO_CAP
    day: Cap = NO_CAP


NO_CAPS = Caps()


def reserve(tx: Transaction, call: Call, caps: Caps) -> None:
    """Add a call, before it is in the usage, at its worst case; CapReached is to roll back.

    A day is shared with runs that may have other caps, so that it is always counted; the rest is
    counted from the first capped call on.
    """
    place = _place(call)
    asked = {"calls": 1, "tokens": call.tokens, "nano_usd": call.nano_usd}
    for scope, (name, calls) in _SCOPES.items():
        cap: Cap = getattr(caps, scope)
        if cap == NO_CAP and scope != "day":
            continue
        row = {**asked, "scope": name.format(**place)}
        sums = tx.row(_RESERVE, row)
        if sums is None:
            tx.run(_BEGIN.replace("{calls}", calls), {**row, **place})
            (sums,) = tx.rows(_RESERVE, row)
        for measure, spent in zip(asked, sums, strict=True):
            limit, more = getattr(cap, measure), asked[measure]
            if limit is not None and spent > limit:
                raise CapReached(
                    scope=scope, measure=measure, limit=limit, spent=spent - more, asked=more
                )


def settle(tx: Transaction, call: Call, charged: Amount) -> None:
    """Replace a call's worst case by what it took."""
    place = _place(call)
    rows = {scope: name.format(**place) for scope, (name, _) in _SCOPES.items()}
    tokens, nano_usd = charged.tokens - call.tokens, charged.nano_usd - call.nano_usd
    tx.run(_SETTLE, {**rows, "tokens": tokens, "nano_usd": nano_usd})


def forget(tx: Transaction, scope: str) -> None:
    """Let the sums of "day" or of a run, "run …", begin anew with the usage."""
    tx.run(_FORGET, {"scope": scope, "parts": f"{scope} %"})


def _place(call: Call) -> dict[str, str]:
    return {"day": call.at[:10], "run_id": call.run_id, "phase": call.phase, "tier": call.tier}
