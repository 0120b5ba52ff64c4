"""The journal's rows: what happened in a run, in order, each sealed by a hash over the last.

Row 1 of a run is its creation. A row's hash covers the hash before it, so that a changed, missing
or moved row breaks the chain from there on; a cut-off end shows because the tables that follow
from the journal know rows that it lacks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.connection import Transaction

_HEAD = "SELECT seq, hash FROM ledger_journal WHERE run_id = :run_id ORDER BY seq DESC LIMIT 1"
_INSERT = (
    "INSERT INTO ledger_journal (run_id, seq, at, kind, body, hash)"
    " VALUES (:run_id, :seq, :at, :kind, :body, :hash)"
)
_ROWS = "SELECT seq, at, kind, body, hash FROM ledger_journal WHERE run_id = :run_id ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the journal.

    Attributes:
        seq: its place in the run, from 1.
        at: UTC in ISO 8601.
        kind: ``"run"``, ``"intent"``, ``"reply"``, ``"failure"`` or ``"effect"``.
        body: what happened, plain JSON values.
        hash: SHA-256 over the previous row's hash and this row, in hex.
    """

    seq: int
    at: str
    kind: str
    body: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The place where the next row of a run goes."""

    run_id: str
    seq: int
    previous: str

    def append(self, tx: Transaction, at: str, kind: str, body: Mapping[str, Any]) -> Head:
        """Write the row; the place after it."""
        text = canonical(body)
        seal = _seal(self.previous, self.seq, at, kind, text)
        tx.run(
            _INSERT,
            {
                "run_id": self.run_id,
                "seq": self.seq,
                "at": at,
                "kind": kind,
                "body": text,
                "hash": seal,
            },
        )
        return Head(self.run_id, self.seq + 1, seal)


def head(tx: Transaction, run_id: str) -> Head:
    """The run's next place; no other process gets it before the transaction ends."""
    tx.hold(run_id)
    last = tx.row(_HEAD, {"run_id": run_id})
    return Head(run_id, last[0] + 1, last[1]) if last else Head(run_id, 1, run_id)


def events(tx: Transaction, run_id: str) -> tuple[list[Event], list[str]]:
    """The rows of a run up to the first broken one, and what is wrong from there on."""
    good: list[Event] = []
    place = Head(run_id, 1, run_id)
    for seq, at, kind, body, seal in tx.rows(_ROWS, {"run_id": run_id}):
        if seq != place.seq:
            return good, [f"{_rows(place.seq, seq - 1)} of run {run_id} missing from the journal"]
        if seal != _seal(place.previous, seq, at, kind, body):
            return good, [
                f"journal row {seq} ({kind}) of run {run_id} was changed after it was written"
            ]
        good.append(Event(seq, at, kind, json.loads(body), seal))
        place = Head(run_id, seq + 1, seal)
    return good, []


def canonical(body: Mapping[str, Any]) -> str:
    """JSON text that is the same for the same content: sorted, ASCII, without spaces."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def _seal(previous: str, seq: int, at: str, kind: str, body: str) -> str:
    content = "\n".join((previous, str(seq), at, kind, body))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _rows(first: int, last: int) -> str:
    return f"row {first}" if first == last else f"rows {first} to {last}"
