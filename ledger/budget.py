"""Caps on what calls may spend: what is spent and reserved never passes one.

A call that was reserved is in the usage at its worst case until it ends, so that a scope's state is
the sum of its rows. It is read in the transaction that writes the reservation: nobody else reserves
in that scope before its end.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.connection import Transaction
from ledger.errors import CapReached
from ledger.schema import DAY

_SPENT = (
    "SELECT COUNT(*), COALESCE(SUM(charged_tokens), 0), COALESCE(SUM(charged_nano_usd), 0)"
    " FROM ledger_usage WHERE outcome <> 'cached' AND "
)
_SCOPES = {
    "day": f"{_SPENT} {DAY} = :day",
    "run": f"{_SPENT} run_id = :run_id",
    "phase": f"{_SPENT} run_id = :run_id AND phase = :phase",
    "tier": f"{_SPENT} run_id = :run_id AND tier = :tier",
}
_MEASURES = ("calls", "tokens", "nano_usd")


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens of input and output together, and nano-USD (1e-9 USD)."""

    tokens: int = 0
    nano_usd: int = 0


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


NOTHING = Amount()
NO_CAPS = Caps()


def require_room(
    tx: Transaction, caps: Caps, worst: Amount, *, run_id: str, phase: str, tier: str, day: str
) -> None:
    """Raise CapReached where a call does not fit; the transaction holds the run's next row."""
    place = {"run_id": run_id, "phase": phase, "tier": tier, "day": day}
    for scope, query in _SCOPES.items():
        cap: Cap = getattr(caps, scope)
        if cap == NO_CAP:
            continue
        if scope == "day":  # other runs share it
            tx.database.lock(tx)
        (spent,) = tx.rows(query, place)
        limits = (cap.calls, cap.tokens, cap.nano_usd)
        asked = (1, worst.tokens, worst.nano_usd)
        for measure, limit, before, more in zip(_MEASURES, limits, spent, asked, strict=True):
            if limit is not None and before + more > limit:
                raise CapReached(
                    scope=scope, measure=measure, limit=limit, spent=int(before), asked=more
                )
