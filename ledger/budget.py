"""Reservations against caps: what is spent and reserved never passes a cap.

Each scope is one row. A reservation is one conditional update a scope within one transaction, so
that either all scopes have room or none is touched, whatever runs in parallel.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.connection import Transaction
from ledger.errors import CapReached

NO_CAP = 2**62
"""Stands for "no cap" in the conditional update."""

_RESERVE = (
    "UPDATE ledger_budget SET calls = calls + 1,"
    " reserved_tokens = reserved_tokens + :tokens,"
    " reserved_nano_usd = reserved_nano_usd + :nano_usd"
    " WHERE scope = :scope AND calls < :max_calls"
    " AND spent_tokens + reserved_tokens + :tokens <= :max_tokens"
    " AND spent_nano_usd + reserved_nano_usd + :nano_usd <= :max_nano_usd"
)
_SETTLE = (
    "UPDATE ledger_budget SET"
    " spent_tokens = spent_tokens + :tokens, spent_nano_usd = spent_nano_usd + :nano_usd,"
    " reserved_tokens = reserved_tokens - :reserved_tokens,"
    " reserved_nano_usd = reserved_nano_usd - :reserved_nano_usd"
    " WHERE scope = :scope"
)
_OPEN = (
    "INSERT INTO ledger_budget (scope, calls, spent_tokens, spent_nano_usd, reserved_tokens,"
    " reserved_nano_usd) VALUES (:scope, 0, 0, 0, 0, 0) ON CONFLICT (scope) DO NOTHING"
)
_SPENT = (
    "SELECT calls, spent_tokens, spent_nano_usd, reserved_tokens, reserved_nano_usd"
    " FROM ledger_budget WHERE scope = :scope"
)


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


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps that one call is held to."""

    run: Cap = Cap()
    phase: Cap = Cap()
    tier: Cap = Cap()
    day: Cap = Cap()


NOTHING = Amount()
NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Spent:
    """The state of one scope."""

    calls: int = 0
    tokens: int = 0
    nano_usd: int = 0
    reserved_tokens: int = 0
    reserved_nano_usd: int = 0


def scopes(run_id: str, phase: str, tier: str, day: str) -> dict[str, str]:
    """The rows of the scopes that a call counts for, in the order in which they are locked."""
    return {
        "day": f"day {day}",
        "phase": f"run {run_id} phase {phase}",
        "run": f"run {run_id}",
        "tier": f"run {run_id} tier {tier}",
    }


def reserve(tx: Transaction, rows: dict[str, str], worst: Amount, caps: Caps) -> None:
    """Reserve in every scope.

    Raises:
        CapReached: a scope has no room; the transaction is to be rolled back.
    """
    for name, scope in rows.items():
        cap: Cap = getattr(caps, name)
        values = {
            "scope": scope,
            "tokens": worst.tokens,
            "nano_usd": worst.nano_usd,
            "max_calls": _limit(cap.calls),
            "max_tokens": _limit(cap.tokens),
            "max_nano_usd": _limit(cap.nano_usd),
        }
        if not tx.run(_RESERVE, values):
            # Either the scope is new or it is full.
            tx.run(_OPEN, {"scope": scope})
            if not tx.run(_RESERVE, values):
                raise _reached(name, cap, spent(tx, scope), worst)


def settle(tx: Transaction, rows: dict[str, str], reserved: Amount, actual: Amount) -> None:
    """Turn a reservation into what was spent."""
    for scope in rows.values():
        tx.run(
            _SETTLE,
            {
                "scope": scope,
                "tokens": actual.tokens,
                "nano_usd": actual.nano_usd,
                "reserved_tokens": reserved.tokens,
                "reserved_nano_usd": reserved.nano_usd,
            },
        )


def spent(tx: Transaction, scope: str) -> Spent:
    row = tx.row(_SPENT, {"scope": scope})
    return Spent(*row) if row else Spent()


def _limit(value: int | None) -> int:
    return NO_CAP if value is None else value


def _reached(scope: str, cap: Cap, state: Spent, worst: Amount) -> CapReached:
    measures = (
        ("calls", cap.calls, state.calls, 1),
        ("tokens", cap.tokens, state.tokens + state.reserved_tokens, worst.tokens),
        ("nano_usd", cap.nano_usd, state.nano_usd + state.reserved_nano_usd, worst.nano_usd),
    )
    capped = [
        CapReached(scope=scope, measure=measure, limit=limit, spent=before, asked=asked)
        for measure, limit, before, asked in measures
        if limit is not None
    ]
    # Another process may have settled since the update, so that no measure is full any more.
    full = [reached for reached in capped if reached.spent + reached.asked > reached.limit]
    return (full or capped)[0]
