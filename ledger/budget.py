"""Reservations against caps: what is spent and reserved never passes a cap.

Each scope is one row. A reservation is one conditional update a scope within one transaction, so
that either all scopes have room or none is touched, whatever runs in parallel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.connection import Transaction
from ledger.errors import CapReached

Kind = Literal["day", "run", "phase", "tier"]
KINDS: tuple[Kind, ...] = ("day", "run", "phase", "tier")
"""Scopes, in the order in which their rows are locked."""

_UNLIMITED = 2**62

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
# A scope's row begins with what its calls have cost already, so that a cap may come late and a
# lost row comes back.
_SPENT_BY = (
    "COALESCE(SUM(charged_tokens), 0), COALESCE(SUM(charged_nano_usd), 0){more}"
    " FROM ledger_usage WHERE outcome <> 'cached'"
    " AND (:run_id = '' OR run_id = :run_id) AND (:phase = '' OR phase = :phase)"
    " AND (:tier = '' OR tier = :tier) AND (:day = '' OR SUBSTR(begun_at, 1, 10) = :day)"
)
_OPEN = (
    f"INSERT INTO ledger_budget SELECT :scope, COUNT(*), {_SPENT_BY.format(more=', 0, 0')}"
    " ON CONFLICT (scope) DO NOTHING"
)
_SUMS = f"SELECT {_SPENT_BY.format(more='')}"
_RECOUNT = (
    "UPDATE ledger_budget SET spent_tokens = :tokens, spent_nano_usd = :nano_usd"
    " WHERE scope = :scope"
)
_FORGET = "DELETE FROM ledger_budget WHERE scope = :run OR scope LIKE :parts"
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


NO_CAP = Cap()


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps that one call is held to."""

    run: Cap = NO_CAP
    phase: Cap = NO_CAP
    tier: Cap = NO_CAP
    day: Cap = NO_CAP


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


@dataclass(frozen=True, slots=True)
class CallScopes:
    """The scopes that count a call; ``day`` is its UTC date, ``2026-11-21``."""

    run_id: str
    phase: str
    tier: str
    day: str

    def row(self, kind: Kind) -> str:
        """Return the name of a scope's row."""
        if kind == "day":
            return f"day {self.day}"
        if kind == "run":
            return f"run {self.run_id}"
        return f"run {self.run_id} {kind} {getattr(self, kind)}"

    def rows(self) -> tuple[str, ...]:
        """Return the names of all rows that may count the call."""
        return tuple(map(self.row, KINDS))


def reserve(tx: Transaction, spender: CallScopes, worst: Amount, caps: Caps) -> tuple[str, ...]:
    """Reserve in the day, and in the run, its phase and its tier where they have a cap.

    A day is shared with runs that may have other caps, so that it is always counted; the rest is
    counted from the first capped call on.

    Returns:
        the rows in which it is reserved.

    Raises:
        CapReached: a scope has no room; the transaction is to be rolled back.
    """
    rows = []
    for kind in KINDS:
        cap: Cap = getattr(caps, kind)
        if cap == NO_CAP and kind != "day":
            continue
        row = spender.row(kind)
        values = {
            "scope": row,
            "tokens": worst.tokens,
            "nano_usd": worst.nano_usd,
            "max_calls": _limit(cap.calls),
            "max_tokens": _limit(cap.tokens),
            "max_nano_usd": _limit(cap.nano_usd),
        }
        if not tx.run(_RESERVE, values):
            # Either the row is new or the scope is full.
            tx.run(_OPEN, {"scope": row, **_calls_of(spender, kind)})
            if not tx.run(_RESERVE, values):
                raise _reached(kind, cap, spent(tx, row), worst)
        rows.append(row)
    return tuple(rows)


def settle(tx: Transaction, rows: Sequence[str], reserved: Amount, actual: Amount) -> None:
    """Replace a reservation by what was spent."""
    for row in rows:
        tx.run(
            _SETTLE,
            {
                "scope": row,
                "tokens": actual.tokens,
                "nano_usd": actual.nano_usd,
                "reserved_tokens": reserved.tokens,
                "reserved_nano_usd": reserved.nano_usd,
            },
        )


def miscounted(tx: Transaction, run_id: str, day: str) -> dict[str, Amount]:
    """Return the rows of the run and the day that differ from their calls, with the right sums."""
    spender = CallScopes(run_id, "", "", day)
    wrong = {}
    kinds: tuple[Kind, ...] = ("run", "day")
    for kind in kinds:
        row = tx.row(_SPENT, {"scope": spender.row(kind)})
        sums = tx.rows(_SUMS, _calls_of(spender, kind))[0]
        right = Amount(int(sums[0]), int(sums[1]))
        if row and Amount(row[1], row[2]) != right:
            wrong[spender.row(kind)] = right
    return wrong


def recount(tx: Transaction, rows: Mapping[str, Amount]) -> None:
    """Correct the spent sums of these rows."""
    for scope, right in rows.items():
        tx.run(_RECOUNT, {"scope": scope, "tokens": right.tokens, "nano_usd": right.nano_usd})


def reset_counts(tx: Transaction, run_id: str) -> None:
    """Reset the counts of a run, its phases and tiers, which count only while they are capped.

    Called when nothing of the run is in flight.
    """
    tx.run(_FORGET, {"run": f"run {run_id}", "parts": f"run {run_id} %"})


def _calls_of(spender: CallScopes, kind: Kind) -> dict[str, str]:
    return {
        "run_id": "" if kind == "day" else spender.run_id,
        "phase": spender.phase if kind == "phase" else "",
        "tier": spender.tier if kind == "tier" else "",
        "day": spender.day if kind == "day" else "",
    }


def spent(tx: Transaction, scope: str) -> Spent:
    row = tx.row(_SPENT, {"scope": scope})
    return Spent(*row) if row else Spent()


def _limit(value: int | None) -> int:
    return _UNLIMITED if value is None else value


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
