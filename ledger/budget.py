"""Caps on what calls may spend: what is spent and reserved never passes one.

A call is in the usage from its reservation on, at its worst case until it ends, so that a scope has
spent and reserved the sum of its rows. Each scope's sum is kept as a row, which begins with what is
in the usage and is changed in the transactions that reserve and settle. It can be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.calls import Amount, Call, values_of
from ledger.connection import Row, Transaction
from ledger.errors import CapReached

_NO_LIMIT = 2**62

_CALLS = {
    "day": "SUBSTR(begun_at, 1, 10) = :day",
    "run": "run_id = :run_id",
    "phase": "run_id = :run_id AND phase = :phase",
    "tier": "run_id = :run_id AND tier = :tier",
}
"""The calls of each scope."""

_BEGIN = (
    "INSERT INTO ledger_spent SELECT :scope, COUNT(*), COALESCE(SUM(charged_tokens), 0),"
    " COALESCE(SUM(charged_nano_usd), 0) FROM ledger_usage WHERE outcome <> 'cached' AND {calls}"
    " ON CONFLICT (scope) DO NOTHING"
)
_ADD = (
    "UPDATE ledger_spent SET calls = calls + 1, tokens = tokens + :tokens,"
    " nano_usd = nano_usd + :nano_usd WHERE scope = :scope AND calls < :most_calls"
    " AND tokens <= :most_tokens - :tokens AND nano_usd <= :most_nano_usd - :nano_usd"
)
_SUMS = "SELECT calls, tokens, nano_usd FROM ledger_spent WHERE scope = :scope"
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

    def limits(self) -> dict[str, int]:
        """The parameters of a statement, with a number where there is no limit."""
        return {
            "most_calls": _NO_LIMIT if self.calls is None else self.calls,
            "most_tokens": _NO_LIMIT if self.tokens is None else self.tokens,
            "most_nano_usd": _NO_LIMIT if self.nano_usd is None else self.nano_usd,
        }


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
    for scope, name in _names(call).items():
        cap: Cap = getattr(caps, scope)
        if cap == NO_CAP and scope != "day":
            continue
        row = {"scope": name, "tokens": call.tokens, "nano_usd": call.nano_usd, **cap.limits()}
        while not tx.run(_ADD, row):  # there is no sum yet, or the cap is reached
            place = {"scope": name, "day": call.at[:10], **values_of(call)}
            tx.run(_BEGIN.replace("{calls}", _CALLS[scope]), place)
            if reached := _reached(scope, cap, call, tx.rows(_SUMS, row)[0]):
                raise reached  # else another process has settled a call just now


def settle(tx: Transaction, call: Call, charged: Amount) -> None:
    """Replace a call's worst case by what it took."""
    tokens, nano_usd = charged.tokens - call.tokens, charged.nano_usd - call.nano_usd
    tx.run(_SETTLE, {**_names(call), "tokens": tokens, "nano_usd": nano_usd})


def forget(tx: Transaction, scope: str) -> None:
    """Let the sums of "day" or of a run, "run …", begin anew with the usage."""
    tx.run(_FORGET, {"scope": scope, "parts": f"{scope} %"})


def _reached(scope: str, cap: Cap, call: Call, spent: Row) -> CapReached | None:
    measures, asked = ("calls", "tokens", "nano_usd"), (1, call.tokens, call.nano_usd)
    for measure, limit, sum_, more in zip(
        measures, cap.limits().values(), spent, asked, strict=True
    ):
        if sum_ + more > limit:
            return CapReached(scope=scope, measure=measure, limit=limit, spent=sum_, asked=more)
    return None


def _names(call: Call) -> dict[str, str]:
    run = f"run {call.run_id}"
    return {
        "day": f"day {call.at[:10]}",
        "run": run,
        "phase": f"{run} phase {call.phase}",
        "tier": f"{run} tier {call.tier}",
    }
