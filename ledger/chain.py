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
from ledger.errors import LedgerError

ROWS_A_RUN = 2**32
"""A row's id is its run's number times this and its place, so that one index serves both."""

_HEAD = (
    "SELECT id, hash FROM ledger_journal WHERE id > :first AND id < :end ORDER BY id DESC LIMIT 1"
)
_INSERT = (
    "INSERT INTO ledger_journal (id, at, kind, body, hash) VALUES (:id, :at, :kind, :body, :hash)"
)
_ROWS = (
    "SELECT id, at, kind, body, hash FROM ledger_journal WHERE id > :first AND id < :end"
    " ORDER BY id"
)
_NUMBER = "SELECT number FROM ledger_runs WHERE run_id = :run_id"

as_text = json.JSONEncoder(separators=(",", ":")).encode
"""A record as JSON text, in ASCII and without spaces, as every table keeps it."""


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
    """The place where the next row of a run goes.

    Attributes:
        run: the run's number.
        seq: the place, from 1.
        previous: the hash of the row before, the run's id for the first.
    """

    run: int
    seq: int
    previous: str

    @property
    def id(self) -> int:
        return self.run * ROWS_A_RUN + self.seq

    def append(self, tx: Transaction, at: str, kind: str, body: Mapping[str, Any]) -> Head:
        """Write the row; the place after it."""
        text = as_text(body)
        seal = _seal(self.previous, self.seq, at, kind, text)
        tx.run(
            _INSERT,
            {
                "id": self.id,
                "at": at,
                "kind": kind,
                "body": text,
                "hash": seal,
            },
        )
        return Head(self.run, self.seq + 1, seal)


def head(tx: Transaction, run_id: str) -> Head:
    """The run's next place; no other process gets it before the transaction ends.

    Raises:
        LedgerError: there is no such run.
    """
    tx.hold(run_id)
    run = run_number(tx, run_id)
    last = tx.row(_HEAD, _span(run))
    return Head(run, last[0] % ROWS_A_RUN + 1, last[1]) if last else Head(run, 1, run_id)


def run_number(tx: Transaction, run_id: str) -> int:
    """The run's number in this database.

    Raises:
        LedgerError: there is no such run.
    """
    known = tx.database.run_numbers.get(run_id)
    if known is None:
        row = tx.row(_NUMBER, {"run_id": run_id})
        if row is None:
            raise LedgerError(f"there is no run {run_id} in {tx.database.name}")
        known = tx.database.run_numbers[run_id] = int(row[0])
    return known


def events(tx: Transaction, run_id: str) -> tuple[list[Event], list[str]]:
    """The rows of a run up to the first broken one, and what is wrong from there on."""
    good: list[Event] = []
    place = Head(run_number(tx, run_id), 1, run_id)
    for row_id, at, kind, body, seal in tx.rows(_ROWS, _span(place.run)):
        seq = row_id % ROWS_A_RUN
        if seq != place.seq:
            return good, [f"{_rows(place.seq, seq - 1)} missing from the journal of run {run_id}"]
        if seal != _seal(place.previous, seq, at, kind, body):
            return good, [f"row {seq} ({kind}) of the journal of run {run_id} was changed"]
        good.append(Event(seq, at, kind, json.loads(body), seal))
        place = Head(place.run, seq + 1, seal)
    return good, []


def _span(run: int) -> dict[str, int]:
    return {"first": run * ROWS_A_RUN, "end": (run + 1) * ROWS_A_RUN}


def _seal(previous: str, seq: int, at: str, kind: str, body: str) -> str:
    content = "\n".join((previous, str(seq), at, kind, body))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _rows(first: int, last: int) -> str:
    return f"row {first}" if first == last else f"rows {first} to {last}"
